"""From days to weeks and months: nothing is lost, gaps stay, the chosen period has something before it."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.presets import Period
from hopnps.domain.statistics import Tally
from hopnps.domain.trends import Step, total, trend

ONE = Tally(promoters=1)
days = st.dictionaries(st.dates(date(2025, 6, 1), date(2026, 5, 1)), st.just(ONE), min_size=1)


def test_without_answers_there_is_no_trend():
    assert trend({}, Step.MONTH) == []


def test_months_follow_each_other_and_gaps_stay():
    found = trend({date(2026, 1, 31): ONE, date(2026, 4, 1): ONE}, Step.MONTH)

    assert [one.since.month for one in found] == [1, 2, 3, 4]
    assert [one.tally.answers for one in found] == [1, 0, 0, 1]
    assert (found[1].since, found[1].until) == (date(2026, 2, 1), date(2026, 2, 28))


def test_a_week_runs_from_monday_to_sunday():
    (found,) = trend({date(2026, 3, 8): ONE, date(2026, 3, 2): ONE}, Step.WEEK)

    assert (found.since, found.until) == (date(2026, 3, 2), date(2026, 3, 8))
    assert found.tally.answers == 2


def test_a_short_period_is_shown_among_the_months_before_it():
    answered = {date(2024, 1, 1) + timedelta(days=number): ONE for number in range(800)}

    found = trend(answered, Step.MONTH, date(2025, 12, 1), date(2025, 12, 31))

    assert len(found) == 12
    assert (found[0].since, found[-1].since) == (date(2025, 1, 1), date(2025, 12, 1))


def test_a_long_period_is_shown_whole_as_far_as_there_is_room():
    answered = {date(2020, 1, 1) + timedelta(days=number): ONE for number in range(2000)}

    assert len(trend(answered, Step.MONTH, date(2024, 1, 1))) == 18
    assert len(trend(answered, Step.MONTH, date(2020, 1, 1))) == 24


@given(days, st.sampled_from(Step))
def test_every_answer_of_a_year_stands_in_one_stretch(answered, step):
    found = trend(answered, step, min(answered))

    assert sum(one.tally.answers for one in found) == len(answered)
    assert all(before.until + timedelta(days=1) == after.since for before, after in pairwise(found))


def test_a_total_holds_the_days_of_its_period():
    answered = {date(2026, 1, day): ONE for day in range(1, 11)}

    assert total(answered, Period(date(2026, 1, 3), date(2026, 1, 5))).answers == 3
