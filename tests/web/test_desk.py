"""From a few letters to one survey on its way to one client."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask_babel import refresh

from hopnps.models import Address, Delivery, Invitation
from tests.web.visitor import Visitor


@pytest.fixture
def ines(app, cast):
    """A colleague of the sales desk at her browser, who reads English."""
    visitor = Visitor(app, cast.colleague("ines"))
    visitor.post("/language", language="en")
    refresh()  # the locale that the stage's application context remembers
    return visitor


@pytest.fixture
def claire(cast):
    return cast.client("claire", company="Vélos du Canal")


@pytest.fixture
def ticket(cast, claire):
    return cast.interaction(claire, "R-20455", store=cast.store())


@pytest.mark.parametrize(
    "letters", ["clai", "DELMAS", "claire del", "velos", "delmas@ex", "r-20455"]
)
def test_a_client_is_found_by_a_few_letters(ines, ticket, cast, letters):
    cast.client("marc")

    page = ines.get(f"/send?q={letters}").text

    assert "Claire Delmas" in page
    assert "Ticket R-20455" in page
    assert "Marc Oberlin" not in page


def test_one_letter_finds_nobody_yet(ines, claire):
    assert "Type one more letter" in ines.get("/send?q=c").text


def test_nobody_found_is_said(ines):
    assert "Nobody found" in ines.get("/send?q=xyzzy").text


def test_three_clicks_send_one_mail(ines, claire, ticket, session, desk, mailroom):
    page = choose(ines, claire, ticket)
    assert "May be asked now" in page
    assert "Send to Claire Delmas" in page

    answer = press_send(ines, page)
    desk.work(now=datetime.now(UTC))

    assert "Sent to Claire Delmas" in answer.text
    [mail] = mailroom.to(claire.address)
    assert "2 mars 2026" in mail.message.get_body(("plain",)).get_content()
    invitation = session.query(Invitation).one()
    assert (invitation.survey.slug, invitation.created_by) == ("ticket", "Inès Kerbrat")


def test_a_double_click_sends_one_mail(ines, claire, ticket, session):
    page = choose(ines, claire, ticket)

    press_send(ines, page)
    press_send(ines, page)

    assert session.query(Delivery).count() == 1


def test_who_was_asked_lately_is_refused_with_the_day(ines, claire, ticket, session):
    asked = datetime.now(UTC) - timedelta(days=12)
    session.add(Address(email=claire.address, last_asked_at=asked))
    session.commit()

    page = choose(ines, claire, ticket)
    pressed = press_send(ines, page).text

    assert "Not before" in page
    assert "60 days are left between two surveys." in page
    assert re.search(r"<button[^>]* disabled ", page)
    assert "Asked 12 days ago" in pressed
    assert session.query(Delivery).count() == 0


def test_who_unsubscribed_is_refused(ines, claire, session):
    session.add(Address(email=claire.address, unsubscribed_at=datetime.now(UTC)))
    session.commit()

    assert "Claire Delmas asked to receive no more mails." in choose(ines, claire)


def test_without_an_order_the_survey_about_the_house_is_offered(ines, claire, session):
    press_send(ines, choose(ines, claire))

    assert session.query(Invitation).one().survey.slug == "relation"


def test_a_plain_word_can_be_sent_to_who_was_just_asked(ines, claire, session):
    session.add(Address(email=claire.address, last_asked_at=datetime.now(UTC)))
    session.commit()

    press_send(ines, choose(ines, claire, what="template:reaction"))

    invitation = session.query(Invitation).one()
    assert invitation.survey is None


def test_somebody_elses_ticket_is_not_found(ines, cast, ticket):
    marc = cast.client("marc")

    assert ines.get(f"/send?contact={marc.id}&interaction={ticket.id}").status_code == 404


def test_the_mail_is_shown_in_the_clients_language(ines, cast, session):
    tom = cast.client("tom")

    page = choose(ines, tom)

    assert "The mail is in English." in page
    frame = re.search(r'<iframe src="([^"]+)"', page)[1]
    answer = ines.get(unescape(frame))
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "Tom" in answer.text


def test_names_from_outside_are_shown_as_text(ines, cast):
    cast.client("claire", last_name="<script>alert(1)</script>")

    assert "<script>alert" not in ines.get("/send?q=claire").text


def test_a_stranger_is_led_to_the_login(app):
    answer = app.test_client().get("/send?q=claire")

    assert answer.status_code == 302
    assert "/login" in answer.location


def choose(visitor, contact, interaction=None, what=""):
    about = interaction.id if interaction else ""
    return visitor.get(f"/send?q=x&contact={contact.id}&interaction={about}&what={what}").text


def press_send(visitor, page):
    """Post the form of the page as its button does."""
    form = page[page.rindex('<form method="post" action="/send"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return visitor.post("/send", **{name: unescape(value) for name, value in fields.items()})
