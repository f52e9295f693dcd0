"""Who has not answered is reminded, twice at most, and nobody after an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hopnps.domain.errors import Invalid
from hopnps.models import Address, Delivery
from hopnps.services import campaign_runs, reminders
from tests.conftest import NOON
from tests.sending import CADENCE
from tests.services.answers import answer

DAY = timedelta(days=1)


@pytest.fixture
def people(cast):
    return [cast.client(name) for name in ("claire", "marc", "tom")]


@pytest.fixture
def reminding(desk, people):
    """A campaign whose first mails were sent at NOON; reminders after 4 days, and 7 days later."""
    campaign = desk.campaign()
    campaign.reminder_days = [4, 7]
    desk.session.commit()
    desk.launch(campaign)
    for one in desk.deliveries():
        one.state, one.sent_at = "sent", NOON
    desk.session.commit()
    return campaign


def numbers(session):
    return list(session.scalars(sa.select(Delivery.number).order_by(Delivery.id)))


def remind(session, after):
    made = reminders.remind(session, now=NOON + after)
    session.commit()
    return made


def all_sent(desk, at):
    for one in desk.deliveries():
        if one.state == "waiting":
            one.state, one.sent_at = "sent", at
    desk.session.commit()


def test_a_reminder_waits_its_days_and_is_made_once(desk, session, reminding):
    assert remind(session, 3.9 * DAY) == 0
    assert remind(session, 4 * DAY) == 3
    assert remind(session, 4 * DAY) == 0

    [first, *_rest] = [one for one in desk.deliveries() if one.number == 2]
    assert (first.state, first.due_at, first.campaign_id) == (
        "waiting",
        NOON + 4 * DAY,
        reminding.id,
    )


def test_the_second_counts_from_the_first_and_is_the_last(desk, session, reminding):
    remind(session, 4 * DAY)
    assert remind(session, 20 * DAY) == 0  # the first has not left
    all_sent(desk, NOON + 5 * DAY)

    assert remind(session, 11.9 * DAY) == 0
    assert remind(session, 12 * DAY) == 3
    all_sent(desk, NOON + 12 * DAY)
    assert remind(session, 60 * DAY) == 0
    assert numbers(session) == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_nobody_is_reminded_after_an_answer_an_unsubscribe_or_a_bounce(
    desk, session, reminding, people
):
    invitations = [one.invitation for one in desk.deliveries()]
    answer(session, people[0], 9, invitation=invitations[0])
    session.get(Address, invitations[1].address_id).unsubscribed_at = NOON
    session.get(Address, invitations[2].address_id).bounced_at = NOON
    session.commit()

    assert remind(session, 4 * DAY) == 0


def test_nobody_is_reminded_of_a_link_that_has_expired(session, reminding):
    assert remind(session, 91 * DAY) == 0


def test_a_paused_or_cancelled_campaign_reminds_nobody(session, reminding):
    campaign_runs.pause(session, reminding.id, by="Camille", now=NOON)
    assert remind(session, 4 * DAY) == 0
    campaign_runs.cancel(session, reminding.id, by="Camille", now=NOON)
    assert remind(session, 4 * DAY) == 0


def test_a_reminder_that_was_cancelled_leaves_with_the_rest(desk, session, reminding):
    remind(session, 4 * DAY)
    campaign_runs.cancel(session, reminding.id, by="Camille", now=NOON + 4 * DAY)
    session.commit()
    assert {one.reason for one in desk.deliveries() if one.number == 2} == {"cancelled"}
    assert {one.last_asked_at for one in session.scalars(sa.select(Address))} == {NOON}

    assert campaign_runs.send_rest(session, reminding.id, cadence=CADENCE, now=NOON + 5 * DAY) == 3


def test_a_worker_makes_and_sends_them_though_the_people_were_asked_lately(
    desk, reminding, mailroom
):
    desk.work(after=4 * DAY)

    assert len(mailroom.mails) == 3
    first, again = (one.message["Message-ID"] for one in mailroom.mails[:2])
    assert first != again
    assert {one.state for one in desk.deliveries()} == {"sent"}


def test_a_plain_word_reminds_nobody(desk, session, people):
    campaign = desk.campaign(survey=None, template=desk.template())
    campaign.reminder_days = [4]
    session.commit()
    desk.launch(campaign)
    all_sent(desk, NOON)

    assert remind(session, 4 * DAY) == 0


def test_the_days_are_read_as_they_are_typed():
    assert reminders.read_days(["4", "7"]) == [4, 7]
    assert reminders.read_days([" 4 ", ""]) == [4]


@pytest.mark.parametrize("typed", ["0", "61", "four", "-1", "4.5"])
def test_days_that_cannot_be_are_refused(typed):
    with pytest.raises(Invalid):
        reminders.read_days([typed])
