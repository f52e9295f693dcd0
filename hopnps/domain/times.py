"""A moment as people type it on the command line or in a field -> an aware moment, in the house's time."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from hopnps.domain.errors import N_, Invalid

_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T,]+(?:à )?(\d{1,2})[:h](\d{2}))?")


def read_moment(text: str, timezone: tzinfo) -> datetime:
    """`2026-03-31 09:30`, `31/03/2026 9:30`, `31/03/2026` or ISO 8601, in local time unless it names its own zone.

    Raises Invalid.
    """
    try:
        moment = _french(text.strip()) or datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            N_("“%(text)s” is not a time; write 2026-03-31 09:30 or 31/03/2026 9:30."),
            field="at",
            text=text,
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)


def _french(text: str) -> datetime | None:
    found = _FRENCH.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001  (the caller adds the zone)
