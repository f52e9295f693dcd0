"""A 28 KB mail with 11 score links to many people -> what writing it costs, beside the usual ways to build one.

    python -m benchmarks.letters [--mails 2000] [--rounds 5]

Processor time a mail, without the database: from a row as it is read to the bytes that leave. Each way renders the
same template for the same people; the rounds take turns, the medians are told.
"""

from __future__ import annotations

import argparse
from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from statistics import median
from time import process_time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import flask_mail
from flask import Flask

from hopnps.domain import merge
from hopnps.domain.mail_layout import Layout, compile_mjml
from hopnps.domain.survey_content import Question
from hopnps.links import Links, Purpose
from hopnps.services import letter_rows
from hopnps.services.letter_pen import Letter, Pen
from hopnps.services.letter_styles import Looks, Style
from hopnps.services.merge_values import link_values

LINKS = Links("https://avis.example.org", ("a-key-for-benchmarks",))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
SENDER = "Cycles Tilleul <bonjour@example.org>"
BRAND = {
    "name": "Cycles Tilleul",
    "address_line": "12 rue des Tilleuls, 69003 Lyon",
    "text_colour": "#ffffff",
    "background_colour": "#17624a",
    "logo": "",
}
QUESTION = Question("Nous recommanderiez-vous à un proche ?", "pas du tout", "très probable")
SUBJECT = "{{ contact.first_name }}, votre avis sur {{ brand.name }}"
_FIELDS = (
    'Bonjour {{ contact.first_name | default: "à vous" }} {{ contact.last_name }},',
    "{{ interaction.kind }} {{ interaction.reference }} du {{ interaction.date }}, "
    "servie par {{ interaction.agent }} à {{ store.name }}.",
    "{{ survey.question }}",
    "{{ links.score_bar }}",
    "Merci, {{ contact.first_name }}. {{ contact.company }} {{ brand.name }}",
    '<a href="{{ links.unsubscribe }}">Ne plus recevoir ces mails</a>',
)
_LOGIC = (
    "{% if contact.company %}Pour {{ contact.company }}{% else %}Pour vous{% endif %}",
    "{% case interaction.kind %}{% when 'commande' %}votre vélo{% else %}votre demande{% endcase %}",
    "{% for item in interaction.data.items %}{{ forloop.index }}. {{ item }}<br />{% endfor %}",
    "{% unless contact.phone %}Laissez-nous un numéro.{% endunless %}",
    "{% if contact.attributes.segment == 'vip' and store.name %}Merci, {{ store.name }}{% endif %}",
)
_PEOPLE = ("Zoé", "Lefèvre"), ("Claire", "Delmas"), ("Tom", "Ashby"), ("Inès", "Kerbrat")
_FILLING = "Un clic suffit. Vous pourrez ensuite dire pourquoi, en deux mots ou en vingt. " * 2


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--mails", type=int, default=2000)
    asked.add_argument("--rounds", type=int, default=5)
    said = asked.parse_args()
    app = Flask(__name__)
    flask_mail.Mail(app)
    with app.app_context():
        _compare_all(said.mails, said.rounds)


def _compare_all(mails: int, rounds: int) -> None:
    for title, logic in (("plain merge fields", ()), ("conditions and loops", _LOGIC)):
        _compare(title, _layout(logic), mails, rounds)


def _compare(title: str, layout: Layout, mails: int, rounds: int) -> None:
    style = _style(layout)
    pen, rows = _pen(style), _rows(style, mails)
    some = max(20, mails // 20)
    ways: dict[str, tuple[Callable[[Any], bytes], int]] = {
        "hopnps": (lambda row: _letter(pen, row).content, mails),
        "EmailMessage": (lambda row: _email_message(*_rendered(layout, pen, row)), some),
        "Flask-Mail": (lambda row: _flask_mail(*_rendered(layout, pen, row)), some),
        "rendered only": (lambda row: _rendered(layout, pen, row)[1].encode(), some),
    }
    print(
        f"{title}: {len(_letter(pen, rows[0]).content) / 1000:.0f} KB, {mails} mails, {rounds} rounds"
    )
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(rounds):
        for name, (write, most) in ways.items():
            spent[name].append(_microseconds(write, rows[:most]))
    ours = median(spent["hopnps"])
    for name, each in spent.items():
        print(f"  {name:14} {median(each):8.0f} us a mail  {median(each) / ours:6.1f} times hopnps")


def _letter(pen: Pen, row: Any) -> Letter:
    return pen.letter(letter_rows.told_apart(row)[1], row)


def _microseconds(write: Callable[[Any], bytes], rows: list[Any]) -> float:
    start = process_time()
    for row in rows:
        write(row)
    return (process_time() - start) / len(rows) * 1e6


def _rendered(layout: Layout, pen: Pen, row: Any) -> tuple[str, str, str, str]:
    """As one renders a template for each client: address, HTML, text, subject."""
    way_out = LINKS.token(Purpose.UNSUBSCRIBE, row.invitation_id)
    values = pen.values(row.invitation_id, row, way_out)
    values["links"] = link_values(LINKS, row.invitation_id, survey=True)
    return (
        row.email,
        merge.html(layout.html, values),
        merge.text(layout.plain, values),
        merge.line(SUBJECT, values),
    )


def _email_message(address: str, html: str, plain: str, subject: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = SENDER, address, subject
    mail["Date"], mail["Message-ID"] = format_datetime(NOW), f"<{address}>"
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def _flask_mail(address: str, html: str, plain: str, subject: str) -> bytes:
    mail = flask_mail.Message(subject, [address], body=plain, html=html, sender=SENDER)
    return mail.as_bytes()


def _layout(logic: tuple[str, ...]) -> Layout:
    """Some 20 KB of HTML in French."""
    paragraphs = [*_FIELDS[:3], *logic, *_FIELDS[3:]]
    while True:
        texts = "".join(f"<mj-text>{words}</mj-text>" for words in paragraphs)
        column = f"<mj-section><mj-column>{texts}</mj-column></mj-section>"
        layout = compile_mjml(f"<mjml><mj-body>{column}</mj-body></mjml>", "fr")
        if len(layout.html) > 19_500:
            return layout
        paragraphs.insert(3, _FILLING)


def _style(layout: Layout) -> Style:
    text = SimpleNamespace(language="fr", subject=SUBJECT, html=layout.html, plain=layout.plain)
    version: Any = SimpleNamespace(text_in=lambda _language: text)
    return Style(version, "fr", Looks("relation", SENDER, tuple(BRAND.items())), QUESTION, LINKS)


def _pen(style: Style) -> Pen:
    places, at = letter_rows.places(style.fields), NOW.astimezone(PARIS)
    return Pen(style, places, links=LINKS, at=at, return_path=lambda sender, _id: sender)


def _rows(style: Style, mails: int) -> list[Any]:
    """As the database hands them out; names, days and stores come again, the rest is each one's own."""
    names = letter_rows.places(style.fields)
    shape = namedtuple("Row", [name.replace(".", "_") for name in names])  # type: ignore[misc]
    return [shape._make(_value(name, number) for name in names) for number in range(mails)]


def _value(name: str, number: int) -> Any:
    first, last = _PEOPLE[number % len(_PEOPLE)]
    known = {
        "id": number,
        "number": 1,
        "invitation_id": 1_000_000 + number,
        "created_at": NOW,
        "email": f"client{number}@example.org",
        "contact.first_name": first,
        "contact.last_name": last,
        "contact.company": f"Atelier {number} & Fils",
        "contact.attributes": {"segment": "vip"},
        "interaction.reference": f"C-{number}",
        "interaction.kind": "order",
        "interaction.date": NOW - timedelta(days=number % 30),
        "interaction.agent": "Sophie Marchal",
        "interaction.data": {"items": ["selle", "guidon", f"cadre n° {number}"]},
        "store.name": "Île-de-France",
    }
    return known.get(name)


if __name__ == "__main__":
    main()
