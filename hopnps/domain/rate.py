"""A rate per minute and the time -> how many mails may be let go now.

A rate is aimed at by 99 %, evenly within the minute; who lets mails go and looks late may take what opened in the last
six seconds, who begins takes no more than what opens now. So no calendar minute holds more than the rate. Neither do any sixty seconds, for what was let go in the last sixty is
counted too, by half seconds. (A minute's whole count given out at once would allow twice the rate in sixty seconds.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

_AIM = Fraction(99, 100)
_AHEAD = Fraction(1, 2)  # seconds
_SLACK, _FIRST = (
    Fraction(6),
    Fraction(3, 5),
)  # seconds; the latter for who let nothing go in the last minute
_GRAIN = 500_000  # microseconds; 99 % of 60.5 seconds is less than a minute
SHORTEST = timedelta(seconds=0.25)  # between two looks


@dataclass(frozen=True)
class Share:
    """Of one minute: `opened` mails may have been let go by now, those up to `gone` are lost if they were not."""

    opened: int
    gone: int


def minute_of(now: datetime) -> datetime:
    """The first second of this minute."""
    return now.replace(second=0, microsecond=0)


def grain_of(now: datetime) -> datetime:
    """The beginning of this half second."""
    return now.replace(microsecond=now.microsecond // _GRAIN * _GRAIN)


def lately(now: datetime) -> datetime:
    """What was let go in the half seconds from then on counts against the rate."""
    return grain_of(now - timedelta(minutes=1))


def room(per_minute: int, share: Share, *, used: int, recent: int) -> int:
    """How many more may be let go, after `used` in this minute and `recent` lately."""
    return max(0, min(share.opened - max(used, share.gone), per_minute - recent))


def share(per_minute: int, now: datetime, *, recent: int = 0) -> Share:
    """What this minute has given so far to somebody who let go so many lately."""
    seconds = _seconds(now)
    opened = _given(per_minute, now, min(Fraction(60), seconds + _AHEAD))
    kept = max(1, ceil(per_minute * _AIM * (_SLACK if recent else _FIRST) / 60))
    return Share(opened, max(0, opened - kept))


def next_at(per_minute: int, now: datetime) -> datetime:
    """When this minute's share grows, once it is used up; not sooner than is worth a look."""
    aim, minute = per_minute * _AIM, _number(now)
    wanted = int(aim * minute) + share(per_minute, now).opened + 1
    seconds = min(Fraction(60), (wanted / aim - minute) * 60 - _AHEAD)
    then = minute_of(now) + timedelta(seconds=float(seconds), milliseconds=1)
    return max(now + SHORTEST, then)


def _given(per_minute: int, now: datetime, seconds: Fraction) -> int:
    """Counted from a fixed minute on, so that the fractions of slow rates add up over the minutes."""
    aim, minute = per_minute * _AIM, _number(now)
    return int(aim * (minute + seconds / 60)) - int(aim * minute)


def _number(now: datetime) -> int:
    """Of this minute, since one fixed for ever."""
    return int(now.timestamp()) // 60


def _seconds(now: datetime) -> Fraction:
    return Fraction(now.second) + Fraction(now.microsecond, 1_000_000)
