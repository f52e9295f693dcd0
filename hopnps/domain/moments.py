"""A day and perhaps a time, as people type them and files hold them -> the moment it is where we are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, tzinfo

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.periods import read_day

_SHAPE = re.compile(
    r"(?P<day>[0-9/-]+)(?:(?:[T ] *|, ?)(?:à )?(?P<hour>[0-9]{1,2})\s?[:hH]\s?(?P<minute>[0-9]{2})?"
    r"(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def read_moment(text: str, timezone: tzinfo) -> datetime:
    """`02/03/2026`, `02/03/2026 14:05`, `2026-03-02T14:05:09Z`, `02/03/2026 14h05` -> that moment in UTC.

    Without a time it is the day's first moment; without a zone it is the time of our clocks. Raises Invalid.
    """
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None:
        raise Invalid(
            N_("“%(text)s” is not a date: write 31/03/2026 or 31/03/2026 14:05."), text=text[:40]
        )
    day = read_day(shape["day"])
    moment = datetime.combine(day, _time(shape, text), timezone)
    if zone := shape["zone"]:
        moment = datetime.fromisoformat(f"{moment.replace(tzinfo=None).isoformat()}{zone}")
    return moment.astimezone(UTC)


def _time(shape: re.Match[str], text: str) -> time:
    try:
        hour, minute, second = (int(shape[part] or 0) for part in ("hour", "minute", "second"))
        return time(hour, minute, second)
    except ValueError as fault:
        raise Invalid(N_("The time of “%(text)s” does not exist."), text=text[:40]) from fault
