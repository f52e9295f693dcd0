"""A launched campaign is paused, resumed, cancelled, and sends its rest: never twice to one who got it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hopnps.domain.errors import NotFound, Refused
from hopnps.models import Address, Delivery, Notice
from hopnps.services import addresses, campaign_runs
from tests.conftest import NOON
from tests.sending import CADENCE

SOPHIE = "sophie.marchal@tilleul.test"


@pytest.fixture
def people(cast):
    return [cast.client(name) for name in ("claire", "marc", "tom")]


@pytest.fixture
def running(desk, people):
    """A campaign to three whose mails all wait."""
    campaign = desk.campaign()
    desk.launch(campaign)
    return campaign


def fates(desk):
    return [(one.state, one.reason) for one in desk.deliveries()]


def marks(session):
    return set(session.scalars(sa.select(Address.last_asked_at)))


def rest(session, campaign, now=NOON):
    number = campaign_runs.send_rest(session, campaign.id, cadence=CADENCE, now=now)
    session.commit()
    return number


def test_a_pause_and_its_end_are_said_once(session, running):
    assert campaign_runs.pause(session, running.id, by="Camille", now=NOON)
    assert not campaign_runs.pause(session, running.id, by="Inès", now=NOON)
    assert (running.paused_by, running.pause_reason) == ("Camille", "")

    assert campaign_runs.resume(session, running.id, by="Camille", now=NOON)
    assert not campaign_runs.resume(session, running.id, by="Camille", now=NOON)
    assert (running.paused_at, running.paused_by) == (None, "")


def test_one_that_pauses_itself_says_why_to_the_administrators_once(session, cast, running):
    cast.colleague("sophie"), cast.colleague("camille")

    for _turn in (1, 2):
        campaign_runs.pause(session, running.id, why=campaign_runs.NOT_LET_IN, now=NOON)
    session.commit()

    [told] = session.scalars(sa.select(Notice))
    assert (told.email, told.kind) == (SOPHIE, "paused")
    assert told.facts == {"campaign_id": running.id, "why": campaign_runs.NOT_LET_IN}
    assert running.pause_reason == campaign_runs.NOT_LET_IN


def test_the_mail_that_says_so_leaves_in_the_administrator_s_language(
    desk, session, cast, running, mailroom
):
    cast.colleague("sophie").language = "fr"
    why = f"{campaign_runs.BY_POLICY}\n550 5.7.1 no"
    campaign_runs.pause(session, running.id, why=why, now=NOON)
    desk.work()

    [mail] = mailroom.to(SOPHIE)
    said = " ".join(mail.message.get_body(("plain",)).get_content().split())
    assert "est en pause" in mail.message["Subject"]
    assert "refusé 5 des 100 derniers mails" in said and "550 5.7.1 no" in said


def test_a_cancel_skips_what_waits_and_frees_the_people_for_another_survey(
    desk, session, running, people
):
    assert campaign_runs.cancel(session, running.id, by="Camille", now=NOON)
    assert not campaign_runs.cancel(session, running.id, by="Camille", now=NOON)
    session.commit()

    assert fates(desk) == [("skipped", "cancelled")] * 3
    assert marks(session) == {None}
    assert desk.launch(desk.campaign(name="La bonne")).queued == 3


def test_who_had_got_the_mail_before_a_cancel_stays_asked(desk, session, running, mailroom):
    sent, *_others = desk.deliveries()
    sent.state, sent.sent_at = "sent", NOON
    session.commit()
    campaign_runs.cancel(session, running.id, now=NOON)
    session.commit()

    assert [one.state for one in desk.deliveries()] == ["sent", "skipped", "skipped"]
    assert marks(session) == {NOON, None}


def test_what_was_in_flight_at_a_cancel_and_comes_back_is_taken_out_too(desk, session, running):
    flying = desk.deliveries()[0]
    flying.state, flying.lease = "sending", "a-worker"
    session.commit()
    campaign_runs.cancel(session, running.id, now=NOON)
    session.commit()
    assert [one.state for one in desk.deliveries()] == ["sending", "skipped", "skipped"]

    flying.state, flying.lease = "waiting", ""
    session.commit()

    assert campaign_runs.take_out_cancelled(session) == 1
    session.commit()
    assert fates(desk)[0] == ("skipped", "cancelled")


def test_many_are_taken_out_by_turns(desk, session, running, monkeypatch):
    monkeypatch.setattr(campaign_runs, "AT_ONCE", 2)
    campaign_runs.cancel(session, running.id, now=NOON)

    assert sorted(state for state, _reason in fates_now(session)) == ["skipped"] * 2 + ["waiting"]
    assert campaign_runs.take_out_cancelled(session) == 1
    assert campaign_runs.take_out_cancelled(session) == 0


def test_the_rest_is_those_cancelled_and_those_whose_trouble_passes(
    desk, session, running, mailroom
):
    one, two, three = desk.deliveries()
    one.state, one.sent_at = "sent", NOON
    two.state, two.reason = "uncertain", "the line broke"
    three.state, three.reason, three.attempts = "failed", "451 4.7.1 try later", 12
    session.commit()

    assert campaign_runs.rest(session, running, now=NOON) == 1
    assert rest(session, running) == 1
    assert rest(session, running) == 0
    desk.work()

    assert [one.state for one in desk.deliveries()] == ["sent", "uncertain", "sent"]
    assert len(mailroom.mails) == 1


@pytest.mark.parametrize(
    ("words", "again"),
    [
        ("550 5.1.1 no such user", 0),
        ("552 5.2.2 mailbox full", 0),
        ("550 5.7.1 not by our rules", 1),
        ("The mail server cannot be reached.", 1),
    ],
)
def test_a_refusal_for_good_is_not_tried_again(desk, session, running, words, again):
    failed = desk.deliveries()[0]
    failed.state, failed.reason = "failed", words
    session.commit()

    assert rest(session, running) == again


def test_after_a_cancel_the_rest_leaves_and_the_campaign_lives_again(
    desk, session, running, mailroom
):
    campaign_runs.cancel(session, running.id, now=NOON)
    session.commit()
    later = NOON + timedelta(days=3)

    assert rest(session, running, now=later) == 3
    desk.work(now=later)

    assert running.cancelled_at is None
    assert len(mailroom.mails) == 3
    assert marks(session) == {later}


def test_who_was_asked_meanwhile_stays_out_of_the_rest(desk, session, running, people, mailroom):
    campaign_runs.cancel(session, running.id, now=NOON)
    session.commit()
    desk.send_to(people[0])
    desk.work()

    assert rest(session, running, now=NOON + timedelta(days=1)) == 2
    assert ("skipped", "asked_recently") in fates(desk)


def test_who_is_planned_to_be_asked_by_another_campaign_stays_out_of_the_rest(
    desk, session, running
):
    campaign_runs.cancel(session, running.id, now=NOON)
    session.commit()
    desk.launch(desk.campaign(name="Bientôt", due_at=NOON + timedelta(days=5)))

    assert rest(session, running) == 0


def test_what_makes_no_sense_is_refused_in_words(desk, session, running):
    draft = desk.campaign(name="Brouillon")
    for order in (campaign_runs.pause, campaign_runs.resume, campaign_runs.cancel):
        with pytest.raises(Refused, match="not launched"):
            order(session, draft.id, by="Camille", now=NOON)
        with pytest.raises(NotFound):
            order(session, 99, by="Camille", now=NOON)
    with pytest.raises(Refused, match="not launched"):
        rest(session, draft)

    campaign_runs.cancel(session, running.id, now=NOON)
    with pytest.raises(Refused, match="only send the rest"):
        campaign_runs.resume(session, running.id, by="Camille", now=NOON)
    with pytest.raises(Refused, match="nothing to pause"):
        campaign_runs.pause(session, running.id, by="Camille", now=NOON)


def test_an_engine_in_trouble_is_never_refused_its_pause(session, running):
    campaign_runs.cancel(session, running.id, now=NOON)

    assert not campaign_runs.pause(session, running.id, why=campaign_runs.UNREACHABLE, now=NOON)


def test_a_client_freed_by_a_cancel_may_be_asked_at_the_desk(session, running, people, desk):
    campaign_runs.cancel(session, running.id, now=NOON)
    session.commit()
    verdict = addresses.verdict(session, people[0], desk.survey(), now=NOON, frequency_days=60)

    assert verdict.may_be_asked


def fates_now(session):
    return session.execute(sa.select(Delivery.state, Delivery.reason)).all()
