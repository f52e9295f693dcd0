"""A turn of the clock -> the visits that came to rest are judged: a person's click, or a machine's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hopnps.services import judgement
from hopnps.services.judgement import Rules


def rules(house: Any) -> Rules:
    """How this installation judges."""
    return Rules(
        gap=timedelta(seconds=house.setting("HOPNPS_JUDGE_AFTER_SECONDS")),
        human_after=timedelta(seconds=house.setting("HOPNPS_HUMAN_AFTER_SECONDS")),
    )


def judge_visits(turn: Any) -> bool:
    """Some of them; True if there were any."""
    return judge(turn.house, now=turn.due_by)


def judge(house: Any, *, now: datetime) -> bool:
    """The same at any moment."""
    session = house.session
    found = judgement.judge_due(session, rules(house), timezone=house.timezone, now=now)
    session.commit()
    return found
