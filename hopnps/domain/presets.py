"""A word such as `last-quarter` and today -> the days it means, and the days before them to compare with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Local days, both included."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@dataclass(frozen=True)
class Compared:
    """A period, and the one before it."""

    period: Period
    before: Period


def just_before(period: Period) -> Period:
    """As many days, right before; as many as there are in our calendar."""
    until = period.since - DAY
    length = min(period.days - 1, (until - date.min).days)
    return Period(until - timedelta(days=length), until)


def preset(name: str, today: date) -> Compared | None:
    """What a preset's name means today; None for a name that is none."""
    return PRESETS[name](today) if name in PRESETS else None


def _days(number: int) -> Callable[[date], Compared]:
    def found(today: date) -> Compared:
        period = Period(today - timedelta(days=number - 1), today)
        return Compared(period, just_before(period))

    return found


def _twelve_months(today: date) -> Compared:
    since = _year_before(today) + DAY
    return Compared(Period(since, today), Period(_year_before(since), since - DAY))


def _quarter(today: date) -> Compared:
    """From its first day until today, with the whole quarter before."""
    start = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return Compared(Period(start, today), _quarter_until(start - DAY))


def _last_quarter(today: date) -> Compared:
    last = _quarter(today).before
    return Compared(last, _quarter_until(last.since - DAY))


def _year(today: date) -> Compared:
    """From 1 January until today, with the whole year before."""
    start = date(today.year, 1, 1)
    return Compared(Period(start, today), Period(date(today.year - 1, 1, 1), start - DAY))


def _quarter_until(last: date) -> Period:
    return Period(date(last.year, last.month - 2, 1), last)


def _year_before(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


PRESETS: dict[str, Callable[[date], Compared]] = {
    "30d": _days(30),
    "90d": _days(90),
    "12m": _twelve_months,
    "quarter": _quarter,
    "last-quarter": _last_quarter,
    "year": _year,
}
