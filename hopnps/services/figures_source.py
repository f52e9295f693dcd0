"""A slice -> where its answers are counted: in the rollups if they know it, else in the answers themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cache, reduce
from operator import add
from typing import Any

import sqlalchemy as sa

from hopnps.domain.scope import Scope
from hopnps.models import MonthRollup, Response, Rollup
from hopnps.models.response import Evidence
from hopnps.models.rollup import CLICK_ONLY, COUNTED
from hopnps.services.figures_slice import Conditions, Slice, answers_in, rollups_in

Column = sa.ColumnElement[Any]


@dataclass(frozen=True)
class Source:
    """Columns to group by, and what to ask of each group.

    `tally` is promoters, passives, detractors, eights; `scores` the answers of 0 to 10, then those that rest on a click
    alone: detractors, sevens, eights, promoters. `pulse` changes with any answer.
    """

    where: Conditions
    day: Column
    places: dict[str, Column]
    tally: tuple[Column, ...]
    scores: tuple[Column, ...]
    pulse: tuple[Column, ...]


def source(
    chosen: Slice, scope: Scope, now: datetime, timezone: tzinfo, *, by_month: bool = True
) -> Source:
    """The rollups or the answers, narrowed to a slice and a scope.

    Whole months are summed from the months, unless `by_month` is False because days are wanted.
    """
    if chosen.rolled_up:
        table = rolled_in(chosen, by_month=by_month)
        return replace(_of_rollups(table), where=rollups_in(chosen, scope, table))
    return of_answers(answers_in(chosen, scope, now, timezone))


def rolled_in(chosen: Slice, *, by_month: bool = True) -> type[Rollup] | type[MonthRollup]:
    """Which rollups a slice that is `rolled_up` is summed from."""
    return MonthRollup if by_month and chosen.whole_months else Rollup


def of_answers(where: Conditions) -> Source:
    """The answers that these conditions find, one by one."""
    clicked = Response.evidence == Evidence.CLICK_ONLY
    every = tuple(_count(Response.score == score) for score in range(11))
    unsure = tuple(_count(_between(*span), clicked) for span in ((0, 6), (7, 7), (8, 8), (9, 10)))
    return Source(
        where,
        Response.answered_on.expression,
        {name: sa.func.coalesce(getattr(Response, name), 0) for name in _PLACES},
        tuple(_count(_between(*span)) for span in ((9, 10), (7, 8), (0, 6), (8, 8))),
        (*every, *unsure),
        (sa.func.count(), sa.func.sum(Response.score), _count(clicked)),
    )


_PLACES = ("store_id", "region_id", "survey_id")


@cache  # for each dashboard sums the same columns
def _of_rollups(table: type[Rollup] | type[MonthRollup]) -> Source:
    rolled: Any = table.__table__.c

    def total(*scores: int) -> Column:
        return _total(_plus(rolled[COUNTED[score]] for score in scores))

    return Source(
        [],
        rolled.day,
        # by the bare column SQLite would walk through its index and look up each row
        {name: sa.func.coalesce(rolled[name], 0) for name in _PLACES},
        tuple(total(*range(low, high + 1)) for low, high in ((9, 10), (7, 8), (0, 6), (8, 8))),
        tuple(_total(rolled[name]) for name in (*COUNTED, *CLICK_ONLY)),
        (
            total(*range(11)),
            _total(_plus(score * rolled[f"s{score}"] for score in range(1, 11))),
            _total(_plus(rolled[name] for name in CLICK_ONLY)),
        ),
    )


def _plus(columns: Any) -> Column:
    return reduce(add, columns)


def _total(column: Column) -> Column:
    return sa.func.coalesce(sa.func.sum(column), 0)


def _count(*conditions: Column) -> Column:
    return sa.func.count().filter(*conditions)


def _between(low: int, high: int) -> Column:
    return Response.score == low if low == high else Response.score.between(low, high)
