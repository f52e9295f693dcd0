"""A number of people and a kind of words -> a house whose campaign to them is due, as often as one likes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import sqlalchemy as sa
from flask import Flask

from hopnps import create_app, database, jobs  # noqa: F401  (no worker pays for reading it)
from hopnps.cli import worker
from hopnps.domain.cadence import Cadence
from hopnps.models import Contact, Delivery, DeliveryState, Segment, Store, Survey, Worker
from hopnps.services import campaigns, seeds, templates

SENDER = "Cycles Tilleul <bonjour@example.org>"
SUBJECT = "{{ contact.first_name }}, votre avis sur {{ brand.name }}"
STORES = range(200)
HTML_SIZE = 19_500  # of quoted-printable some 24 KB, with the text part 28 KB
PLAIN = (
    'Bonjour {{ contact.first_name | default: "à vous" }} {{ contact.last_name }},',
    "{{ contact.company }}, {{ contact.phone }}, {{ contact.owner }}",
    "{{ contact.attributes.ville }}, {{ contact.attributes.segment }}",
    "{{ survey.question }}",
    "{{ links.score_bar }}",
    "Merci, {{ contact.first_name }}. {{ contact.company }}, {{ brand.name }}",
    '<a href="{{ links.unsubscribe }}">Ne plus recevoir ces mails</a>',
)
LOGIC = (
    "{% if contact.company %}Pour {{ contact.company }}{% else %}Pour vous{% endif %}",
    "{% case contact.attributes.segment %}{% when 'vip' %}cher ami{% else %}bonjour{% endcase %}",
    "{% for number in (1..3) %}{{ number }}. {{ contact.last_name }}<br />{% endfor %}",
    "{% unless contact.phone %}Laissez-nous un numéro.{% endunless %}",
)
_FILLING = "Un clic suffit. Vous pourrez ensuite dire pourquoi, en deux mots ou en vingt. " * 2
_PEOPLE = ("Zoé", "Lefèvre"), ("Claire", "Delmas"), ("Tom", "Ashby"), ("Inès", "Kerbrat")


def make(url: str, folder: Path, **settings: Any) -> Flask:
    """The stand-alone application on this database, brought up to date."""
    os.environ["HOPNPS_INSTANCE"] = str(folder)
    app = create_app(
        HOPNPS_DATABASE_URL=url,
        HOPNPS_PUBLIC_URL="https://avis.example.org",
        HOPNPS_TOKEN_KEYS=["a-key-for-benchmarks"],
        SECRET_KEY="benchmarks",
        MAIL_DEFAULT_SENDER=SENDER,
        MAIL_SERVER="127.0.0.1",
        **settings,
    )
    with app.app_context():
        database.upgrade(app.extensions["hopnps"].db.engine)
    return app


def fill(app: Flask, people: int, *, logic: bool = False) -> None:
    """Contacts of 200 stores, a template of 28 KB, and a campaign to all of them, launched."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    with app.app_context():
        session = app.extensions["hopnps"].session
        database.intend(writing=True)
        seeds.sow(session, now=now)
        session.add_all(Store(name=f"Magasin {one}", name_key=f"magasin {one}") for one in STORES)
        session.flush()
        stores = session.scalars(sa.select(Store.id)).all()
        table: Any = Contact.__table__
        for at in range(0, people, 10_000):
            rows = [_contact(number, now, stores) for number in range(at, min(people, at + 10_000))]
            session.execute(table.insert(), rows)
        template = templates.save(
            session,
            slug="bench",
            name="bench",
            texts={"fr": (SUBJECT, _mjml(LOGIC if logic else ()))},
            now=now,
        )
        campaign = campaigns.create(
            session,
            name="Printemps",
            survey=session.scalars(sa.select(Survey).filter_by(slug="relation")).one(),
            segment=session.scalars(sa.select(Segment).filter_by(slug="everyone")).one(),
            template=template,
            now=now,
        )
        campaigns.launch(session, campaign, cadence=Cadence(60), expiry_days=90, now=now)
        session.commit()
        tidy(session)


def put_back(app: Flask) -> None:
    """All mails wait again, as if none had ever left."""
    with app.app_context():
        session = app.extensions["hopnps"].session
        database.intend(writing=True)
        session.execute(
            sa.update(Delivery).values(
                state=DeliveryState.WAITING,
                lease="",
                leased_until=None,
                data_at=None,
                sent_at=None,
                message_id="",
                attempts=0,
            )
        )
        session.execute(sa.delete(Worker))
        session.commit()
        tidy(session)


def work(app: Flask) -> None:
    """What `hopnps worker --once` does."""
    with app.app_context():
        worker.run(Event(), once=True)


def states(app: Flask) -> dict[str, int]:
    with app.app_context():
        session = app.extensions["hopnps"].session
        found = session.execute(sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state))
        return {row.state: row[1] for row in found}


def tidy(session: Any) -> None:
    """What a database does by itself when it is left alone for a minute."""
    engine = session.get_bind()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")


def _contact(number: int, now: datetime, stores: Sequence[int]) -> dict[str, Any]:
    first, last = _PEOPLE[number % len(_PEOPLE)]
    address = f"client{number}@example.org"
    return {
        "source": "crm",
        "external_id": f"C-{number:07}",
        "email": address,
        "address": address,
        "first_name": first,
        "last_name": last,
        "company": f"Atelier {number} & Fils",
        "phone": "01 99 00 12 34",
        "owner": "Inès Kerbrat",
        "language": "fr",
        "store_id": stores[number % len(stores)],
        "attributes": {"ville": "Nîmes", "segment": "vip"},
        "created_at": now,
        "updated_at": now,
    }


def _mjml(logic: tuple[str, ...]) -> str:
    from hopnps.domain.mail_layout import compile_mjml

    paragraphs = [*PLAIN[:3], *logic, *PLAIN[3:]]
    while True:
        texts = "".join(f"<mj-text>{words}</mj-text>" for words in paragraphs)
        column = f"<mj-section><mj-column>{texts}</mj-column></mj-section>"
        mjml = f"<mjml><mj-body>{column}</mj-body></mjml>"
        if len(compile_mjml(mjml, "fr").html) > HTML_SIZE:
            return mjml
        paragraphs.insert(3, _FILLING)
