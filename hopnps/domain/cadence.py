"""When somebody was last asked -> whether they may be asked again, and from which day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True)
class Cadence:
    """`days` to leave between two surveys to one address, counted in the days of `timezone`; 0 sets no limit."""

    days: int
    timezone: tzinfo = UTC

    def of(self, days: int | None) -> Cadence:
        """The same for a survey with days of its own; None: it follows the house."""
        return self if days is None else replace(self, days=days)

    def askable_on(self, asked_at: datetime) -> date:
        """The first day on which somebody asked at this moment may be asked again."""
        return self._day(asked_at) + timedelta(days=self.days)

    def allows(self, asked_at: datetime | None, *, at: datetime) -> bool:
        """Whether somebody last asked then (None: never) may be asked at that moment."""
        return asked_at is None or not self.days or asked_at < self.limit(at)

    def limit(self, at: datetime) -> datetime:
        """Who was last asked before this moment may be asked `at` that one."""
        return self._start_of(self._day(at) - timedelta(days=self.days - 1))

    def askable_days(self, at: datetime, last: datetime) -> list[tuple[datetime, date]]:
        """For each day of asking that still forbids to ask `at`: its end, and the day that it leads to.

        `last` is the latest asking known, perhaps a planned one after `at`. In order, so that the first end
        that lies after an asking belongs to it: the database can look it up without knowing time zones.
        """
        first = self._day(self.limit(at))
        count = (self._day(max(at, last)) - first).days + 1
        days = (first + timedelta(days=number) for number in range(count))
        return [
            (self._start_of(day + timedelta(days=1)), day + timedelta(days=self.days))
            for day in days
        ]

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.timezone).date()

    def _start_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.timezone).astimezone(UTC)


def days_between(earlier: datetime, later: datetime, timezone: tzinfo) -> int:
    """Whole local days from one moment to another, as people count them: yesterday evening is one day ago."""
    return (later.astimezone(timezone).date() - earlier.astimezone(timezone).date()).days
