"""What the clock does for campaigns that run: reminders, what a cancel left behind, minutes whose quota is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hopnps.services import campaign_runs, quotas, reminders

EVERY = timedelta(minutes=5)  # a reminder needs no minute


def keep_campaigns_going(turn: Any) -> bool:
    """Take out what is cancelled; now and then make the reminders that are due."""
    session = turn.session
    found = campaign_runs.take_out_cancelled(session)
    session.commit()
    return found > 0 or (_is_time(turn) and _remind(turn))


def _remind(turn: Any) -> bool:
    session, now = turn.session, turn.clock()
    made = reminders.remind(session, now=now)
    quotas.forget_old(session, now=now)
    session.commit()
    if not made:
        turn.house.reminded_at = now
    return made > 0


def _is_time(turn: Any) -> bool:
    last = turn.house.reminded_at
    return last is None or abs(turn.clock() - last) >= EVERY
