"""Days as people type and live them -> dates, and the moments at which a local day begins."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hopnps.domain.errors import N_, Invalid

_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_FRENCH = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
YEARS = range(1900, 2201)


def read_day(text: str) -> date:
    """`2026-03-31` or `31/03/2026` -> the day; Invalid for anything else, or a day that does not exist."""
    shape = _ISO.fullmatch(text.strip()) or _FRENCH.fullmatch(text.strip())
    if shape is None:
        raise Invalid(
            N_("“%(text)s” is not a date: write 2026-03-31 or 31/03/2026."), text=text[:40]
        )
    year, month, day = (int(shape[part]) for part in ("year", "month", "day"))
    try:
        found = date(year, month, day)
    except ValueError as fault:
        raise Invalid(N_("The day %(text)s does not exist."), text=text[:40]) from fault
    if year not in YEARS:
        raise Invalid(N_("The year of %(text)s is too far away."), text=text[:40])
    return found


def day_of(moment: datetime, timezone: tzinfo) -> date:
    """The day it is at this moment where we are."""
    return moment.astimezone(timezone).date()


def day_start(day: date, timezone: tzinfo) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time.min, timezone).astimezone(UTC)


def day_end(day: date, timezone: tzinfo) -> datetime:
    """The first moment after a local day, in UTC."""
    return day_start(day + timedelta(days=1), timezone)


def month_key(year: int, month: int) -> str:
    """`2026-03`: sorts as it reads."""
    return f"{year:04d}-{month:02d}"
