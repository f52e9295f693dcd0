"""A claim takes what is due, queue by queue, and nothing of what was stopped or taken over meanwhile."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from hopnps.models import Delivery
from hopnps.services import campaign_runs, claims, outcomes
from tests.conftest import NOON
from tests.sending import minutes


@pytest.fixture
def people(cast):
    return [cast.client(name) for name in ("claire", "marc", "tom", "zoe", "omar")]


def claim(session, walk=None, limit=2, now=NOON, **options):
    lease = claims.claim(
        session, limit=limit, lease_seconds=60, due_by=now, now=now, walk=walk, **options
    )
    session.commit()
    return lease


def test_what_belongs_to_no_campaign_comes_first(desk, people, cast, session):
    desk.launch()
    alone = desk.send_to(
        cast.client("claire", external_id="9", email="b@example.org", address="b@example.org")
    )
    alone_id = alone.id

    assert claim(session).ids == (alone_id,)
    assert len(claim(session).ids) == 2


def test_running_campaigns_take_turns(desk, people, session):
    one, other = desk.campaign(), desk.campaign(name="Été", survey=None, template=desk.template())
    for campaign in (one, other):
        desk.launch(campaign)
    walk, queues = claims.Walk(), []

    while lease := claim(session, walk):
        row = session.get(Delivery, lease.ids[0])
        queues.append((row.campaign_id, len(lease.ids)))

    assert queues == [
        (one.id, 2),
        (other.id, 2),
        (one.id, 2),
        (other.id, 2),
        (one.id, 1),
        (other.id, 1),
    ]


def test_where_nearly_all_is_held_back_no_more_is_taken_than_may_leave(
    desk, people, session, monkeypatch
):
    monkeypatch.setattr(claims, "FEW", 1)
    desk.launch()
    walk, taken = claims.Walk(), []

    for held in (4, 1, 1, 0, 0):
        lease = claim(session, walk, limit=5, hold_back=lambda _lease, held=held: held)
        taken.append(len(lease.ids))
        session.execute(sa.update(Delivery).values(state="waiting", lease=""))

    assert taken == [5, 2, 2, 1, 2]  # the walk wraps at its end


def test_where_nobody_may_leave_those_who_may_are_looked_for_in_longer_and_longer_steps(
    desk, people, session, monkeypatch
):
    monkeypatch.setattr(claims, "FEW", 1)
    desk.launch()
    walk, taken = claims.Walk(), []

    for may_leave in (1, 0, 0):
        held = partial(lambda few, lease: len(lease.ids) - few, may_leave)
        lease = claim(session, walk, limit=3, hold_back=held)
        taken.append(len(lease.ids))
        session.execute(sa.update(Delivery).values(state="waiting", lease=""))

    assert taken == [3, 2, 3]  # the walk wraps at its end


def test_a_stopped_campaign_gives_nothing_from_one_batch_to_the_next(desk, people, session):
    campaign = desk.campaign()
    desk.launch(campaign)
    walk = claims.Walk()
    assert claim(session, walk)

    campaign_runs.pause(session, campaign.id, by="Camille", now=NOON)
    session.commit()

    assert claim(session, walk) is None


def test_a_walk_finds_what_was_put_back_behind_it(desk, people, session):
    desk.launch()
    walk = claims.Walk()
    first = claim(session, walk)
    second = claim(session, walk)
    session.query(Delivery).filter(Delivery.id.in_(first.ids)).update({"state": "waiting"})
    session.commit()

    third, fourth = claim(session, walk), claim(session, walk)

    assert len(second.ids) == 2
    assert (len(third.ids), fourth.ids) == (1, first.ids)


def test_a_mail_whose_lease_was_lost_may_not_leave(desk, people, session, house):
    desk.launch()
    lease = claim(session)
    ready, _faults = house.letters.write(session, lease, now=NOON)
    session.query(Delivery).filter(Delivery.id == lease.ids[0]).update({"lease": "another"})
    session.commit()

    assert outcomes.record_starts(session, ready, now=NOON) == {lease.ids[1]}


def test_a_worker_that_lives_keeps_what_it_holds(desk, people, session, house):
    desk.launch()
    lease = claim(session)
    ready, _faults = house.letters.write(session, lease, now=NOON)

    outcomes.renew(session, ready, until=NOON + timedelta(minutes=9))
    session.commit()
    desk.work(after=minutes(5))

    held = [one for one in desk.deliveries() if one.id in lease.ids]
    assert {one.state for one in held} == {"sending"}
