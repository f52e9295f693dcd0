"""Answers -> tallies, by day, store, region, month or campaign: one aggregate query each, one scale at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.periods import month_key
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.score import SCORES
from hopnps.domain.statistics import Tally
from hopnps.domain.text import fold
from hopnps.models import Campaign, Region, Response, ResponseChange, Store
from hopnps.services.figures_slice import Slice, answers_in

__all__ = ["By", "Group", "Slice"]


class By(StrEnum):
    STORE = "store"
    REGION = "region"
    MONTH = "month"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Group:
    """`key` is the name of a store, region or campaign, or a month such as 2026-03; '' where an answer has none.
    `id` is that of a store or region."""

    key: str
    tally: Tally
    id: int | None = None


def tally(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> Tally:
    """How many promoters, passives and detractors there are in a slice."""
    asked = sa.select(*_CATEGORIES).where(*answers_in(chosen, scope, now, timezone))
    return Tally(*session.execute(asked).one())


def scores(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> list[int]:
    """How many answers gave 0, 1, ... 10."""
    asked = (
        sa.select(Response.score, sa.func.count())
        .where(*answers_in(chosen, scope, now, timezone))
        .group_by(Response.score)
    )
    found = dict(session.execute(asked).all())
    return [found.get(score, 0) for score in SCORES]


def tally_of(counts: list[int]) -> Tally:
    """The tally of what `scores` counted."""
    return Tally(promoters=sum(counts[9:]), passives=sum(counts[7:9]), detractors=sum(counts[:7]))


def days(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> dict[date, Tally]:
    """The tally of each day that has answers: what weeks, months and periods are summed from."""
    asked = (
        sa.select(Response.answered_on, *_CATEGORIES)
        .where(*answers_in(chosen, scope, now, timezone))
        .group_by(Response.answered_on)
    )
    return {day: Tally(*counts) for day, *counts in session.execute(asked)}


def tallies(
    session: Session,
    chosen: Slice,
    by: By,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> list[Group]:
    """The tally of each store, region, month or campaign that has answers; in alphabetical order, '' last."""
    conditions = answers_in(chosen, scope, now, timezone)
    groups = [Group(*found) for found in _GROUPINGS[by](session, conditions)]
    return sorted(groups, key=lambda group: (not group.key, fold(group.key)))


def latest_comments(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
    most: int = 5,
) -> list[Response]:
    """The newest answers that say why, with their contact and store."""
    asked = (
        sa.select(Response)
        .where(*answers_in(chosen, scope, now, timezone), Response.comment != "")
        .order_by(Response.answered_at.desc(), Response.id.desc())
        .limit(most)
        .options(joinedload(Response.contact), joinedload(Response.store))
    )
    return list(session.scalars(asked))


def pulse(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> tuple[int, ...]:
    """A few numbers that change with an answer of the slice, and with any change of mind."""
    asked = sa.select(sa.func.count(), sa.func.sum(Response.score)).where(
        *answers_in(chosen, scope, now, timezone)
    )
    changes = session.scalar(sa.select(sa.func.max(ResponseChange.id)))
    return tuple(int(number or 0) for number in (*session.execute(asked).one(), changes))


def _category(lowest: int, highest: int) -> sa.ColumnElement[int]:
    return sa.func.count().filter(Response.score.between(lowest, highest))


_CATEGORIES = (_category(9, 10), _category(7, 8), _category(0, 6))
_CAMPAIGN = sa.func.coalesce(Campaign.name, Response.campaign_name)
Conditions = list[sa.ColumnElement[bool]]
Found = list[tuple[Any, ...]]


def _by_place(
    table: type[Store] | type[Region], column: Any
) -> Callable[[Session, Conditions], Found]:
    """Counted by number first: a hundred thousand answers need no hundred thousand names. 0 is no place; by the bare
    column SQLite would walk through its index and read each answer."""
    number = sa.func.coalesce(column, 0).label("place")

    def found(session: Session, conditions: Conditions) -> Found:
        counted = sa.select(number, *_CATEGORIES).where(*conditions).group_by(number).subquery()
        place, *counts = counted.c
        asked = sa.select(place, table.name, *counts).select_from(
            counted.outerjoin(table, table.id == place)
        )
        return [
            (name or "", Tally(*tally), id or None) for id, name, *tally in session.execute(asked)
        ]

    return found


def _by_month(session: Session, conditions: Conditions) -> Found:
    columns = [sa.extract(part, Response.answered_on) for part in ("year", "month")]
    asked = sa.select(*columns, *_CATEGORIES).where(*conditions).group_by(*columns)
    return [
        (month_key(int(year), int(month)), Tally(*counts))
        for year, month, *counts in session.execute(asked)
    ]


def _by_campaign(session: Session, conditions: Conditions) -> Found:
    asked = (
        sa.select(_CAMPAIGN, *_CATEGORIES)
        .select_from(Response)
        .outerjoin(Response.campaign)
        .where(*conditions)
        .group_by(_CAMPAIGN)
    )
    return [(name or "", Tally(*counts)) for name, *counts in session.execute(asked)]


_GROUPINGS: dict[By, Callable[[Session, Conditions], Found]] = {
    By.STORE: _by_place(Store, Response.store_id),
    By.REGION: _by_place(Region, Response.region_id),
    By.MONTH: _by_month,
    By.CAMPAIGN: _by_campaign,
}
