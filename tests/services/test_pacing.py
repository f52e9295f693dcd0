"""Who may not be written to yet goes back to the waiting: by the hours, the rate in all, of a campaign, of a domain."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import cycle
from time import monotonic

import pytest
import sqlalchemy as sa

from hopnps.models import Campaign, Contact, Delivery, Quota
from hopnps.services import claims, pacing, quotas
from tests.conftest import NOON

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
HOUSE = {
    "HOPNPS_SENDING_DAYS": "",
    "HOPNPS_SENDING_HOURS": "",
    "HOPNPS_SENDING_HOLIDAYS": True,
    "HOPNPS_SENDING_ZONE": "house",
    "HOPNPS_RATE_PER_MINUTE": 0,
    "HOPNPS_RATE_PER_DOMAIN": 0,
    "HOPNPS_TIMEZONE": "Europe/Paris",
}


@pytest.fixture
def people(cast):
    """Three at example.org, one at example.com."""
    return [cast.client(name) for name in ("claire", "marc", "zoe", "tom")]


def turn(session, *, now=NOON, walk=None, **changed):
    """The ids that a worker may send after a claim, at that moment, under these settings."""
    rules = HOUSE | {f"HOPNPS_{key}": value for key, value in changed.items()}
    kept = []
    walk = walk or claims.Walk()
    for _batch in range(5):
        lease = claims.claim(session, limit=10, lease_seconds=60, due_by=now, now=now, walk=walk)
        if lease is None:
            break
        pacing.hold_back(session, lease, setting=rules.__getitem__, now=now)
        kept += session.scalars(
            sa.select(Delivery.id).where(Delivery.lease == str(lease), Delivery.state == "sending")
        )
    session.commit()
    return kept


def launched(desk, **pace):
    campaign = desk.campaign()
    campaign.pace = pace
    desk.session.commit()
    desk.launch(campaign)
    return campaign


def test_without_any_rule_all_leave_and_nothing_is_counted(desk, session, people):
    launched(desk)

    assert len(turn(session)) == 4
    assert session.scalar(sa.select(sa.func.count()).select_from(Quota)) == 0


def test_outside_the_hours_a_campaign_waits_without_a_row_being_touched(desk, session, people):
    campaign = launched(desk, hours="14-18")  # at noon UTC it is one o'clock in Paris

    assert turn(session) == []
    assert campaign.held_until == NOON + pacing.LOOK_AGAIN
    assert {(one.state, one.due_at, one.reason) for one in desk.deliveries()} == {
        ("waiting", NOON, "")
    }
    assert turn(session, now=NOON + timedelta(seconds=30)) == []
    assert len(turn(session, now=NOON + timedelta(hours=1))) == 4


def test_the_house_s_hours_hold_campaigns_and_no_single_mails(desk, session, people, cast):
    desk.send_to(cast.client("omar"))
    launched(desk)

    [alone] = turn(session, SENDING_DAYS="6-7")
    assert session.get(Delivery, alone).campaign_id is None


def test_a_campaign_s_hours_take_the_place_of_the_house_s(desk, session, people):
    launched(desk, days="1")  # NOON is a Monday

    assert len(turn(session, SENDING_DAYS="6-7")) == 4


def test_by_the_recipient_s_clock_each_waits_for_their_own_morning(desk, session, people):
    people[0].attributes = {"timezone": "Indian/Reunion"}  # four o'clock there
    people[1].attributes = {"timezone": "nowhere/at all"}
    session.commit()
    launched(desk, hours="9-15", zone="recipient")

    assert len(turn(session)) == 3
    [held] = [one for one in desk.deliveries() if one.state == "waiting"]
    assert held.invitation.contact is people[0]
    assert held.due_at == NOON.replace(day=3, hour=5)
    assert held.reason == pacing.BY_HOURS


def test_a_rate_lets_go_a_share_at_a_time_and_all_in_the_end(desk, session, people):
    launched(desk, rate=60)
    gone = Counter()
    now = NOON
    while now < NOON + timedelta(seconds=5):
        gone[int((now - NOON).total_seconds())] += len(turn(session, now=now))
        now += timedelta(seconds=0.25)

    assert gone.total() == 4
    assert max(gone.values()) <= 1


def test_a_campaign_that_waits_for_its_share_is_not_looked_through(desk, session, people):
    launched(desk, rate=60)
    walk, rules = claims.Walk(), HOUSE.__getitem__
    asked = {"limit": 2, "lease_seconds": 60, "due_by": NOON, "now": NOON, "walk": walk}

    held = pacing.hold_back(session, claims.claim(session, **asked), setting=rules, now=NOON)

    assert held
    assert claims.claim(session, **asked) is None


def test_the_house_s_rate_counts_single_mails_and_campaigns_together(desk, session, people, cast):
    desk.send_to(cast.client("omar"))
    launched(desk)

    [first] = turn(session, now=NOON + SECOND, RATE_PER_MINUTE=60)
    assert session.get(Delivery, first).campaign_id is None
    assert session.scalar(sa.select(Campaign.held_until)) > NOON


def test_a_domain_that_is_full_lets_the_others_go_on(desk, session, people):
    launched(desk)

    kept = [
        session.get(Delivery, one) for one in turn(session, now=NOON + SECOND, RATE_PER_DOMAIN=60)
    ]
    assert sorted(one.invitation.address.email for one in kept) == [
        "claire.delmas@example.org",
        "tom.ashby@example.com",
    ]
    waiting = [one for one in desk.deliveries() if one.state == "waiting"]
    assert [round((one.due_at - NOON).total_seconds()) for one in waiting] == [2, 3]
    assert {one.reason for one in waiting} == {pacing.BY_RATE}


def test_turns_of_a_full_domain_come_after_those_given_before(session):
    said = {"now": NOON, "horizon": timedelta(minutes=10)}
    first = quotas.turns(session, "domain:example.org", 3, 60, **said)
    second = quotas.turns(session, "domain:example.org", 2, 60, **said)

    assert [round((at - NOON).total_seconds()) for at in first + second] == [1, 2, 3, 4, 5]
    far = quotas.turns(session, "domain:example.org", 5000, 60, **said)
    assert max(far) == NOON + timedelta(minutes=10)


def test_two_workers_share_a_rate(desk, session, people):
    assert quotas.left(session, {"house": 600}, now=NOON) == {"house": 4}
    quotas.use(session, {"house": 3}, now=NOON)
    assert quotas.left(session, {"house": 600}, now=NOON) == {"house": 1}
    quotas.use(session, {"house": 1}, now=NOON)
    assert quotas.left(session, {"house": 600}, now=NOON) == {"house": 0}
    assert quotas.left(session, {"house": 600}, now=NOON + timedelta(minutes=1)) == {"house": 4}


def test_who_begins_does_not_begin_with_a_flood(session):
    begun = NOON + 30 * SECOND
    first = quotas.left(session, {"house": 600}, now=begun)
    quotas.use(session, first, now=begun)
    second = quotas.left(session, {"house": 600}, now=begun + 0.3 * SECOND)

    assert 0 < first["house"] <= 6
    assert second["house"] <= 4


@pytest.mark.parametrize("rule", ["RATE_PER_MINUTE", "RATE_PER_DOMAIN"])
def test_two_workers_meet_a_rate_over_whole_minutes_and_never_pass_it(desk, session, rule):
    """One of them looks every three seconds."""
    invite_many(session, 130)
    launched(desk)
    workers, begun, gone = cycle((claims.Walk(), claims.Walk())), NOON + 7.3 * SECOND, []

    for seconds, walk in zip(range(0, 121, 3), workers, strict=False):
        now = begun + seconds * SECOND
        walk.look_again()
        gone += [now] * len(turn(session, now=now, walk=walk, **{rule: 60}))

    assert max(sum(at <= one < at + MINUTE for one in gone) for at in gone) <= 60
    for at in (begun, begun + MINUTE):
        assert sum(at <= one <= at + MINUTE for one in gone) >= 0.98 * 60


def invite_many(session, number):
    """Clients of one provider."""
    rows = [
        {"email": (email := f"client{one}@example.org"), "address": email, "external_id": email}
        for one in range(number)
    ]
    session.execute(
        sa.insert(Contact), [row | {"created_at": NOON, "updated_at": NOON} for row in rows]
    )
    session.commit()


def test_a_change_counts_at_the_next_batch(desk, session, people):
    campaign = launched(desk, rate=1)
    assert len(turn(session, now=NOON + 59 * SECOND)) == 1
    assert turn(session, now=NOON + 59.5 * SECOND) == []

    campaign.pace = {}
    pacing.let_go(session, now=NOON)
    session.commit()
    assert len(turn(session, now=NOON + 59.5 * SECOND)) == 3


def test_a_worker_looks_again_soon_while_a_rate_holds_a_campaign(desk, session, people):
    campaign = launched(desk, rate=600)
    said = {"setting": HOUSE.__getitem__, "now": NOON}
    assert pacing.pulse(session, **said) is None
    campaign.held_until = NOON + timedelta(seconds=0.25)
    session.commit()
    assert pacing.pulse(session, **said) == 0.25
    campaign.paused_at = NOON
    session.commit()
    assert pacing.pulse(session, **said) is None


def test_minutes_that_are_over_are_forgotten(session):
    quotas.left(session, {"house": 600}, now=NOON)
    quotas.turns(session, "domain:a.test", 1, 60, now=NOON, horizon=DAY)
    quotas.forget_old(session, now=NOON + timedelta(minutes=5))

    [kept] = session.scalars(sa.select(Quota.scope))
    assert kept == "turns of domain:a.test"


def test_a_worker_sends_all_at_the_rate_and_does_not_stop_before(
    app, run, session, people, mailroom
):
    app.config["HOPNPS_RATE_PER_MINUTE"] = 600
    run("campaign", "launch", "--segment", "everyone", "--survey", "relation")
    begun = monotonic()

    assert run("worker", "--once").exit_code == 0

    assert len(mailroom.mails) == 4
    assert monotonic() - begun < 5
    session.rollback()
    assert session.scalar(sa.select(sa.func.sum(Quota.used)).where(Quota.scope == "house")) >= 4
