"""When somebody may be asked again, counted in days as people count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.cadence import Cadence, days_between

PARIS = ZoneInfo("Europe/Paris")
SIXTY = Cadence(60, PARIS)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def test_who_was_never_asked_may_be_asked():
    assert SIXTY.allows(None, at=datetime(2026, 3, 2, 12, tzinfo=UTC))


def test_sixty_days_end_at_midnight_in_the_houses_time():
    asked = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # 23:30 in Paris
    last_forbidden = datetime(2026, 4, 29, 21, 59, tzinfo=UTC)  # summer time by then

    assert SIXTY.askable_on(asked) == date(2026, 4, 30)
    assert not SIXTY.allows(asked, at=last_forbidden)
    assert SIXTY.allows(asked, at=last_forbidden + timedelta(minutes=1))


def test_no_days_set_no_limit():
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert Cadence(0, PARIS).allows(now, at=now)


def test_a_survey_planned_for_later_counts_as_asked():
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert not SIXTY.allows(now + timedelta(days=7), at=now)


@given(asked=moments, at=moments, days=st.integers(1, 400))
def test_the_day_promised_is_the_first_day_allowed(asked, at, days):
    cadence = Cadence(days, PARIS)

    allowed = cadence.allows(asked, at=at)

    assert allowed == (at.astimezone(PARIS).date() >= cadence.askable_on(asked))


@given(at=moments, ago=st.integers(-40 * 24, 60 * 24), days=st.integers(1, 90))
def test_the_table_of_days_promises_what_the_rule_does(at, ago, days):
    cadence = Cadence(days, PARIS)
    asked = at - timedelta(hours=ago)
    if cadence.allows(asked, at=at):
        return

    found = next(day for end, day in cadence.askable_days(at, asked) if asked < end)

    assert found == cadence.askable_on(asked)


def test_yesterday_evening_is_one_day_ago():
    evening = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    morning = datetime(2026, 3, 2, 7, tzinfo=UTC)

    assert days_between(evening, morning, PARIS) == 1
