"""Answers -> tallies, by day, store, region, month, ...: one aggregate query each, one scale at a time.

What the rollups know is summed from them; every other slice is counted from the answers themselves. Both give the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.statistics import Scores, Tally
from hopnps.models import Response, ResponseChange, Scale
from hopnps.services.figures_groups import By, Group, tallies
from hopnps.services.figures_slice import Slice
from hopnps.services.figures_source import Source, source

__all__ = ["By", "Group", "Slice", "tallies"]


def tally(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> Tally:
    """How many promoters, passives and detractors there are in a slice."""
    rows = source(chosen, scope, now, timezone)
    counts: Any = session.execute(sa.select(*rows.tally).where(*rows.where)).one()
    return Tally(*counts)


def scores(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> Scores:
    """How many answers gave 0, 1, ... 10, and how many of them rest on a click alone."""
    rows = source(chosen, scope, now, timezone)
    return _scores(session.execute(sa.select(*rows.scores).where(*rows.where)).one())


def days(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> dict[date, Scores]:
    """The scores of each day that has answers: what weeks, months and periods are summed from."""
    rows = source(chosen, scope, now, timezone, by_month=False)
    return _dated(session, rows)


def months(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> dict[date, Scores]:
    """The same by months, each by its first day; of a slice that the rollups do not know, by days."""
    return _dated(session, source(replace(chosen, since=None, until=None), scope, now, timezone))


def _dated(session: Session, rows: Source) -> dict[date, Scores]:
    asked = sa.select(rows.day, *rows.scores).where(*rows.where).group_by(rows.day)
    found = {day: _scores(counts) for day, *counts in session.execute(asked)}
    return {day: one for day, one in found.items() if any(one.counts)}


def legacy(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> int:
    """How many answers of a slice are on an older scale; most houses have none, and that is known at once."""
    if not session.scalar(sa.select(sa.exists().where(Response.scale == Scale.LEGACY))):
        return 0
    kept_apart = replace(chosen, scale=Scale.LEGACY)
    return tally(session, kept_apart, scope=scope, now=now, timezone=timezone).answers


def pulse(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> tuple[int, ...]:
    """A few numbers that change with an answer of the slice, and with any change of mind."""
    rows = source(chosen, scope, now, timezone)
    asked = session.execute(sa.select(*rows.pulse).where(*rows.where)).one()
    return (*(int(number or 0) for number in asked), last_change(session))


def pulse_of(found: Scores, change: int) -> tuple[int, ...]:
    """The same from scores that were counted already, and the last change as it was before they were."""
    given = sum(score * number for score, number in enumerate(found.counts))
    return sum(found.counts), given, found.unsure.answers, change


def last_change(session: Session) -> int:
    """The number of the last change of mind."""
    return session.scalar(sa.select(sa.func.max(ResponseChange.id))) or 0


def _scores(found: Any) -> Scores:
    counts, (detractors, sevens, eights, promoters) = tuple(found[:11]), found[11:]
    return Scores(counts, Tally(promoters, sevens + eights, detractors, eights))
