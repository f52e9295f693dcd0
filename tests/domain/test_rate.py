"""A rate is met, evenly, and no minute holds more."""

from __future__ import annotations

from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from hopnps.domain import rate

START = datetime(2026, 3, 2, 12, 0, 13, tzinfo=UTC)
MINUTES = 5


def letting_go(per_minute, pauses):
    """(moment, how many) at each look of somebody who looks after each of these pauses and takes all there is."""
    now, used, grains = START, Counter(), Counter()
    while now < START + timedelta(minutes=MINUTES):
        recent = sum(number for at, number in grains.items() if at >= rate.lately(now))
        minute, share = rate.minute_of(now), rate.share(per_minute, now, recent=recent)
        number = rate.room(per_minute, share, used=used[minute], recent=recent)
        used[minute] = max(used[minute], share.gone) + number
        grains[rate.grain_of(now)] += number
        grains = Counter({at: one for at, one in grains.items() if at >= rate.lately(now)})
        yield now, number
        now += timedelta(seconds=pauses())


def busiest_minute(looks):
    """The most in any sixty seconds, wherever they begin."""
    most, held, window = 0, 0, deque()
    for at, number in looks:
        window.append((at, number))
        held += number
        while window[0][0] <= at - timedelta(minutes=1):
            held -= window.popleft()[1]
        most = max(most, held)
    return most


@pytest.mark.parametrize("per_minute", [1, 2, 60, 600, 6000])
def test_a_steady_worker_meets_a_rate_and_no_sixty_seconds_exceed_it(per_minute):
    random = Random(per_minute)
    looks = list(letting_go(per_minute, lambda: random.uniform(0.2, 0.4)))

    assert sum(number for _at, number in looks) >= 0.98 * per_minute * MINUTES
    assert busiest_minute(looks) <= per_minute


@pytest.mark.parametrize("per_minute", [10, 120])
def test_who_looks_late_catches_up_and_still_no_sixty_seconds_exceed_it(per_minute):
    random = Random(per_minute)
    looks = list(letting_go(per_minute, lambda: random.uniform(0.2, 4)))
    minutes = Counter()
    for at, number in looks:
        minutes[rate.minute_of(at)] += number

    assert sum(number for _at, number in looks) >= 0.95 * per_minute * MINUTES
    assert busiest_minute(looks) <= per_minute
    assert max(minutes.values()) <= per_minute


def test_what_was_not_used_for_long_is_lost_so_that_no_minute_begins_with_a_flood():
    late = START.replace(second=55)
    going, beginning = rate.share(600, late, recent=5), rate.share(600, late)

    assert going.opened - going.gone <= 60
    assert beginning.opened - beginning.gone <= 6


def test_the_next_look_is_not_sooner_than_is_worth_it():
    assert rate.next_at(60_000, START) - START == rate.SHORTEST
    then = rate.next_at(10, START)
    assert timedelta() < then - START <= timedelta(seconds=6.1)
    assert rate.share(10, then).opened == rate.share(10, START).opened + 1
