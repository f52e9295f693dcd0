"""A rate per minute and the time -> how many mails may have been let go in this minute so far.

A rate is aimed at by 99 %, evenly within the minute, and what was not used is lost after 0.6 seconds: so no calendar
minute holds more than the rate, and neither do any sixty seconds as long as mails leave as soon as they are let go
(of a rate below sixty, one more). (A minute's whole count given out at once would allow twice the rate in sixty seconds.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

_AIM = Fraction(99, 100)
_AHEAD = Fraction(1, 2)  # seconds
_SLACK = Fraction(3, 5)  # seconds; 99 % of 60.6 seconds is less than a minute
SHORTEST = timedelta(seconds=0.25)  # between two looks


@dataclass(frozen=True)
class Share:
    """Of one minute: `opened` mails may have been let go by now, those up to `gone` are lost if they were not."""

    opened: int
    gone: int


def minute_of(now: datetime) -> datetime:
    """The first second of this minute."""
    return now.replace(second=0, microsecond=0)


def share(per_minute: int, now: datetime) -> Share:
    """What this minute has given so far."""
    seconds = _seconds(now)
    opened = _given(per_minute, now, min(Fraction(60), seconds + _AHEAD))
    kept = max(1, ceil(per_minute * _AIM * _SLACK / 60))
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
