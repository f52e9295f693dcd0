"""One address is asked so often and no oftener, over all surveys: at the launch, at the desk, and when the mail leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hopnps.domain.errors import Refused
from hopnps.models import Address, CampaignSkip, Delivery
from hopnps.services import campaign_people, launching, unsubscriptions
from hopnps.services.campaign_people import Group
from tests.conftest import NOON
from tests.sending import CADENCE

DAY = timedelta(days=1)


@pytest.fixture
def claire(cast):
    return cast.client("claire")


def test_a_survey_s_own_days_count_instead_of_the_house_s(desk, session, claire):
    desk.launch()
    desk.survey().frequency_days = 10
    session.commit()

    early = desk.launch(desk.campaign(name="Tôt", now=NOON + 9 * DAY), now=NOON + 9 * DAY)
    late = desk.launch(desk.campaign(name="Tard", now=NOON + 10 * DAY), now=NOON + 10 * DAY)

    assert (early.queued, late.queued) == (0, 1)
    [skip] = session.scalars(sa.select(CampaignSkip))
    assert skip.askable_on == (NOON + 10 * DAY).date()


def test_at_the_desk_too(desk, session, claire):
    desk.send_to(claire)
    with pytest.raises(Refused, match="may be asked again"):
        desk.send_to(claire, nonce="again", now=NOON + 9 * DAY)
    desk.survey().frequency_days = 5
    session.commit()

    assert desk.send_to(claire, nonce="again", now=NOON + 9 * DAY)


def test_zero_days_ask_as_often_as_one_likes(desk, session, claire):
    desk.survey().frequency_days = 0
    session.commit()
    desk.launch()

    assert desk.launch(desk.campaign(name="Encore")).queued == 1


def test_who_was_asked_by_another_survey_meanwhile_gets_no_mail_of_a_planned_campaign(
    desk, session, claire, mailroom
):
    planned = desk.campaign(due_at=NOON + 10 * DAY)
    desk.launch(planned)
    often = desk.survey("ticket")
    often.frequency_days = 0
    session.commit()
    desk.send_to(claire, survey=often, now=NOON + 5 * DAY)
    desk.work(now=NOON + 5 * DAY)
    desk.work(now=NOON + 10 * DAY)

    assert len(mailroom.mails) == 1
    first = desk.deliveries()[0]
    assert (first.state, first.reason) == ("skipped", "asked_recently")
    assert session.scalar(sa.select(Address.last_asked_at)) == NOON + 5 * DAY
    [person] = campaign_people.page(
        session, Group(planned, "asked_recently"), cadence=CADENCE, now=NOON, limit=9
    )
    assert person.askable_on == (NOON + 65 * DAY).date()


def test_a_mail_that_leaves_late_asks_on_the_day_it_leaves(desk, session, claire, mailroom):
    desk.launch()
    desk.work(now=NOON + 20 * DAY)

    assert len(mailroom.mails) == 1
    assert session.scalar(sa.select(Address.last_asked_at)) == NOON + 20 * DAY


def test_two_contacts_with_one_address_get_one_mail(desk, cast, claire, mailroom):
    cast.client("marc", email=claire.email)
    desk.launch()
    desk.work()

    assert len(mailroom.mails) == 1


def test_a_campaign_that_is_spread_follows_a_steady_pace(desk, session, cast):
    for name in ("claire", "marc", "tom", "zoe"):
        cast.client(name)
    campaign = desk.campaign()
    campaign.pace = {"spread": 2}
    session.commit()
    desk.launch(campaign)

    due = [one.due_at for one in desk.deliveries()]
    assert due == [NOON + timedelta(minutes=30 * number) for number in range(4)]
    assert (
        session.scalar(
            sa.select(sa.func.count()).where(Delivery.due_at <= NOON + timedelta(minutes=30))
        )
        == 2
    )


def test_who_unsubscribes_waits_for_no_launch(desk, session, house, claire, database_kind):
    if database_kind != "postgresql":
        pytest.skip("SQLite's writers wait for each other")
    desk.launch()
    launching.hold_addresses(session)
    with house.db.engine.connect() as other:
        other.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
        from sqlalchemy.orm import Session

        with Session(other) as visitor:
            address = visitor.scalars(sa.select(Address)).one()
            assert unsubscriptions.unsubscribe(visitor, address, now=NOON)
            visitor.rollback()


def test_two_launches_wait_for_each_other(session, house, database_kind):
    if database_kind != "postgresql":
        pytest.skip("SQLite's writers wait for each other")
    launching.hold_addresses(session)
    with house.db.engine.connect() as other:
        free = sa.select(sa.func.pg_try_advisory_xact_lock(7319))
        assert other.scalar(free) is False
