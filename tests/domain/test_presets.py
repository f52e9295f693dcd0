"""Presets: the days they mean, and the days before them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.presets import PRESETS, Compared, Period, just_before, preset

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("name", "today", "since", "until", "before"),
    [
        ("30d", date(2026, 3, 2), date(2026, 2, 1), date(2026, 3, 2), date(2026, 1, 2)),
        ("12m", date(2026, 3, 2), date(2025, 3, 3), date(2026, 3, 2), date(2024, 3, 3)),
        ("12m", date(2028, 2, 29), date(2027, 3, 1), date(2028, 2, 29), date(2026, 3, 1)),
        ("quarter", date(2026, 5, 9), date(2026, 4, 1), date(2026, 5, 9), date(2026, 1, 1)),
        ("last-quarter", date(2026, 2, 9), date(2025, 10, 1), date(2025, 12, 31), date(2025, 7, 1)),
        ("year", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_preset_means_these_days(name, today, since, until, before):
    found = preset(name, today)

    assert found == Compared(Period(since, until), Period(before, since - timedelta(days=1)))


def test_what_is_no_preset_means_nothing():
    assert preset("forever", date(2026, 3, 2)) is None


@given(st.sampled_from(sorted(PRESETS)), days)
def test_the_days_before_end_where_the_period_begins(name, today):
    found = PRESETS[name](today)

    assert found.before.until + timedelta(days=1) == found.period.since
    assert found.before.since <= found.before.until
    assert found.period.since <= found.period.until <= today


@given(days, st.integers(0, 400))
def test_as_many_days_lie_right_before(since, length):
    period = Period(since, since + timedelta(days=length))

    assert just_before(period).days == period.days


def test_our_calendar_has_a_beginning():
    assert just_before(Period(date(1, 1, 3), date(2026, 1, 1))) == Period(date.min, date(1, 1, 2))
