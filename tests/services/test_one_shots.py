"""One mail to one person, or a refusal in plain words."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from hopnps import database
from hopnps.domain.errors import Invalid, NotFound, Refused
from hopnps.models import Address, Contact, Delivery, Invitation, Survey
from hopnps.services import one_shots
from tests.conftest import NOON
from tests.sending import CADENCE


@pytest.fixture
def claire(cast):
    return cast.client("claire")


def test_the_mail_tells_what_it_is_about_and_when_that_was(desk, claire, cast, mailroom):
    ticket = cast.interaction(claire, occurred_at=NOON - timedelta(days=3))

    desk.send_to(claire, survey=desk.survey("ticket"), interaction=ticket)
    desk.work()

    text = mailroom.mails[0].message.get_body(("plain",)).get_content()
    assert "27 février 2026" in text


def test_a_survey_about_tickets_may_be_sent_without_one(desk, claire, mailroom):
    desk.send_to(claire, survey=desk.survey("ticket"))
    desk.work()

    assert len(mailroom.mails) == 1


def test_a_double_click_makes_one_mail(desk, claire, session):
    first = desk.send_to(claire, nonce="one")
    second = desk.send_to(claire, nonce="one")

    assert first is second
    assert session.query(Delivery).count() == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Asked today; may be asked again from 2026-05-01."),
        (1, "Asked yesterday; may be asked again from 2026-04-30."),
        (12, "Asked 12 days ago; may be asked again from 2026-04-19."),
        (-7, "A survey is already planned; may be asked again from 2026-05-08."),
    ],
)
def test_who_was_asked_lately_is_refused_with_the_day(desk, claire, session, days, words):
    session.add(Address(email=claire.address, last_asked_at=NOON - timedelta(days=days)))

    with pytest.raises(Refused) as refused:
        desk.send_to(claire)

    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("unsubscribed_at", "Claire Delmas asked to receive no more mails."),
        ("bounced_at", "The last mail to claire.delmas@example.org came back."),
    ],
)
def test_who_refuses_or_cannot_be_reached_gets_neither_survey_nor_word(
    desk, claire, session, column, words
):
    session.add(Address(email=claire.address, **{column: NOON}))

    for what in ({}, {"survey": None, "template": desk.template("reaction")}):
        with pytest.raises(Refused) as refused:
            desk.send_to(claire, **what)
        assert str(refused.value) == words


def test_without_an_address_nothing_is_sent(desk, cast):
    with pytest.raises(Refused, match="has no e-mail address"):
        desk.send_to(cast.client("zoe", email="", address=""))


def test_a_word_may_follow_a_survey_and_does_not_count_as_asking(desk, claire, session):
    desk.send_to(claire)
    asked = session.query(Address).one().last_asked_at

    desk.send_to(
        claire,
        survey=None,
        template=desk.template("reaction"),
        nonce="word",
        now=NOON + timedelta(days=1),
    )

    assert session.query(Delivery).count() == 2
    assert session.query(Address).one().last_asked_at == asked


def test_one_ticket_is_asked_about_once_whatever_the_days(desk, claire, cast):
    ticket = cast.interaction(claire)
    what = {"survey": desk.survey("ticket"), "interaction": ticket}
    desk.send_to(claire, nonce="first", **what)

    with pytest.raises(Refused, match="already asked about R-20455 on 2026-03-02"):
        desk.send_to(claire, nonce="later", now=NOON + timedelta(days=70), **what)


def test_somebody_elses_ticket_is_refused(desk, claire, cast):
    ticket = cast.interaction(cast.client("marc"))

    with pytest.raises(Invalid, match="belongs to somebody else"):
        desk.send_to(claire, survey=desk.survey("ticket"), interaction=ticket)


def test_something_must_be_sent(desk, claire):
    with pytest.raises(Invalid, match="Choose a survey or a template"):
        desk.send_to(claire, survey=None)


def test_the_contact_of_an_address_is_found_if_there_is_one(session, claire, cast):
    assert one_shots.find_contact(session, claire.address) is claire
    with pytest.raises(NotFound):
        one_shots.find_contact(session, "nobody@example.org")
    cast.client("marc", email=claire.email, address=claire.address)
    with pytest.raises(Refused, match="Several contacts"):
        one_shots.find_contact(session, claire.address)
    assert one_shots.find_contact(session, claire.address, external_id="claire") is claire


@pytest.mark.parametrize("nonces", [("one", "one"), ("one", "two")])
def test_two_clicks_at_the_same_moment_make_one_mail(app, desk, claire, session, nonces):
    survey_id, claire_id, start = desk.survey().id, claire.id, Barrier(2)
    session.rollback()

    def click(nonce):
        database.intend(writing=True)
        with app.app_context():
            mine = app.extensions["hopnps"].session
            contact, survey = mine.get(Contact, claire_id), mine.get(Survey, survey_id)
            mine.commit()
            start.wait()
            try:
                one_shots.send(
                    mine,
                    contact=contact,
                    survey=survey,
                    nonce=nonce,
                    cadence=CADENCE,
                    expiry_days=90,
                    now=NOON,
                )
                mine.commit()
            except Refused:
                mine.rollback()

    clicks = [Thread(target=click, args=(nonce,)) for nonce in nonces]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    session.rollback()
    assert session.query(Invitation).count() == 1
    assert session.query(Delivery).count() == 1
