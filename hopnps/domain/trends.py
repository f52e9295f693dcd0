"""Tallies of days -> tallies of weeks or months, one after the other, those without answers included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hopnps.domain.presets import DAY, Period
from hopnps.domain.statistics import Tally

Days = Mapping[date, Tally]


class Step(StrEnum):
    WEEK = "week"
    MONTH = "month"


FEWEST = {Step.WEEK: 26, Step.MONTH: 12}  # what a short period is shown among
MOST = {Step.WEEK: 53, Step.MONTH: 24}


@dataclass(frozen=True)
class Stretch:
    """A week or a month, and what was answered in it."""

    since: date
    until: date
    tally: Tally


def total(days: Days, period: Period) -> Tally:
    """What was answered within a period."""
    return sum((tally for day, tally in days.items() if day in period), Tally())


def trend(
    days: Days, step: Step, since: date | None = None, until: date | None = None
) -> list[Stretch]:
    """The weeks or months up to `until`, or to the last answer.

    Those from `since` on, and enough before them to see where they come from; none before the first answer.
    """
    if not days:
        return []
    sums = _sums(days, step)
    starts = [start_of(min(until or max(days), max(days)), step)]
    wanted = start_of(since, step) if since else starts[0]
    while starts[0] > min(sums) and (
        len(starts) < FEWEST[step] or (starts[0] > wanted and len(starts) < MOST[step])
    ):
        starts.insert(0, start_of(starts[0] - DAY, step))
    return [Stretch(start, _end(start, step), sums.get(start, Tally())) for start in starts]


def start_of(day: date, step: Step) -> date:
    """The Monday of its week, the first of its month."""
    return day - timedelta(days=day.weekday()) if step is Step.WEEK else day.replace(day=1)


def _sums(days: Days, step: Step) -> dict[date, Tally]:
    sums: dict[date, Tally] = {}
    for day, tally in days.items():
        start = start_of(day, step)
        sums[start] = sums.get(start, Tally()) + tally
    return sums


def _end(start: date, step: Step) -> date:
    after = start_of(start + timedelta(days=7 if step is Step.WEEK else 32), step)
    return after - DAY
