"""How often a mail was tried, and since when -> when it is tried again, or never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

AFTERWARDS = timedelta(hours=4)  # once the pauses are used up
PATIENCE = timedelta(hours=72)


def next_try(
    attempts: int, first_tried_at: datetime | None, *, pauses: Sequence[int], now: datetime
) -> datetime | None:
    """When to try again after `attempts` earlier tries and the one now; None: its server has had time enough.

    `pauses` are seconds; once they are used up it is every four hours, up to 72 hours after the first try.
    """
    pause = timedelta(seconds=max(1, pauses[attempts])) if attempts < len(pauses) else AFTERWARDS
    again = now + pause
    return again if again <= (first_tried_at or now) + PATIENCE else None
