"""Days, hours and public holidays during which mails may leave -> whether they may now, and from when on again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from hopnps.domain.errors import N_, Invalid

WEEK = frozenset(range(1, 8))  # 1 is Monday
_FAR = 400  # days: a window that never opens in this time has no day
_HOURS = re.compile(r"([0-9]{1,2})(?:[:hH]([0-9]{2})?)? ?[-–] ?([0-9]{1,2})(?:[:hH]([0-9]{2})?)?")
_MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class SendingHours:
    """From `begin` to `end`, in minutes of the local day, on these days of the week; `holidays`: also on France's
    public holidays."""

    days: frozenset[int] = WEEK
    begin: int = 0
    end: int = _MIDNIGHT
    holidays: bool = True

    @property
    def always(self) -> bool:
        return self == SendingHours()

    def opens_at(self, moment: datetime, zone: tzinfo) -> datetime:
        """That moment where it is open then, else the next one at which it opens, in UTC."""
        if self.always:
            return moment
        local = moment.astimezone(zone)
        for number in range(_FAR):
            day = local.date() + timedelta(days=number)
            if not self._works_on(day):
                continue
            if moment < self._at(day, self.end, zone):
                return max(moment, self._at(day, self.begin, zone))
        return moment + timedelta(days=_FAR)

    def _works_on(self, day: date) -> bool:
        return day.isoweekday() in self.days and (self.holidays or day not in _holidays(day.year))

    @staticmethod
    def _at(day: date, minute: int, zone: tzinfo) -> datetime:
        if minute == _MIDNIGHT:
            day, minute = day + timedelta(days=1), 0
        return datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)


def read_days(text: str) -> frozenset[int]:
    """`1-5`, `1,3,5` with Monday as 1 -> the days; '' means all of them. Raises Invalid."""
    found: set[int] = set()
    for part in filter(None, text.replace(" ", "").split(",")):
        first, dash, last = part.partition("-")
        last = last if dash else first
        if not (first in _DAYS and last in _DAYS and first <= last):
            raise Invalid(N_("Write days as numbers, Monday is 1: 1-5 or 1,3,5."))
        found.update(range(int(first), int(last) + 1))
    return frozenset(found) or WEEK


def read_hours(text: str) -> tuple[int, int]:
    """`9-18`, `9:00-18:30`, `9h-18h30` -> the minutes of the day; '' means all day. Raises Invalid."""
    if not text.strip():
        return 0, _MIDNIGHT
    shape = _HOURS.fullmatch(text.strip())
    if shape is None:
        raise Invalid(N_("Write hours as 9:00-18:30."))
    hours = [int(part or 0) for part in shape.groups()]
    begin, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not (begin < end <= _MIDNIGHT and hours[1] < 60 and hours[3] < 60):
        raise Invalid(N_("The hours begin before they end: 9:00-18:30."))
    return begin, end


def write_hours(begin: int, end: int) -> str:
    """The way back from `read_hours`."""
    if (begin, end) == (0, _MIDNIGHT):
        return ""
    return f"{begin // 60}:{begin % 60:02}-{end // 60}:{end % 60:02}"


def write_days(days: frozenset[int]) -> str:
    """The way back from `read_days`."""
    return "" if days == WEEK else ",".join(map(str, sorted(days)))


_DAYS = frozenset("1234567")


@cache
def _holidays(year: int) -> frozenset[date]:
    """France's public holidays; the library knows the whole world, so it is read when somebody asks."""
    from holidays import France

    return frozenset(France(years=year))
