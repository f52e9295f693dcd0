"""A slice -> one tally for each store, region, survey, campaign, agent, product, language or month in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.periods import month_key
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.statistics import Tally
from hopnps.domain.text import fold
from hopnps.models import Campaign, Interaction, Invitation, Region, Response, Store, Survey
from hopnps.services.figures_slice import Slice, answers_in, product_of
from hopnps.services.figures_source import Source, of_answers, source


class By(StrEnum):
    STORE = "store"
    REGION = "region"
    SURVEY = "survey"
    MONTH = "month"
    CAMPAIGN = "campaign"
    AGENT = "agent"
    PRODUCT = "product"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Group:
    """`key` is the name of a store, survey, agent, ..., or a month such as 2026-03; '' where an answer has none.
    `id` is that of a store, region or survey."""

    key: str
    tally: Tally
    id: int | None = None


def tallies(
    session: Session,
    chosen: Slice,
    by: By,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> list[Group]:
    """The tally of each group that has answers; in alphabetical order, '' last."""
    if by in _COLUMNS:
        rows = source(chosen, scope, now, timezone)
        found = _COLUMNS[by](session, rows)
    else:
        found = _NAMES[by](session, of_answers(answers_in(chosen, scope, now, timezone)), chosen)
    groups = [Group(*one) for one in found if one[1].answers]
    return sorted(groups, key=lambda group: (not group.key, fold(group.key)))


Found = list[tuple[Any, ...]]


def _by_place(table: Any, column: str) -> Callable[[Session, Source], Found]:
    """Counted by number first: a hundred thousand answers need no hundred thousand names. 0 is no place; by the bare
    column SQLite would walk through its index and read each answer."""

    def found(session: Session, rows: Source) -> Found:
        number = rows.places[column].label("place")
        counts = [one.label(f"n{rank}") for rank, one in enumerate(rows.tally)]
        counted = sa.select(number, *counts).where(*rows.where).group_by(number).subquery()
        place, *numbers = counted.c
        asked = sa.select(place, table.name, *numbers).select_from(
            counted.outerjoin(table, table.id == place)
        )
        return [
            (name or "", Tally(*tally), id or None) for id, name, *tally in session.execute(asked)
        ]

    return found


def _by_month(session: Session, rows: Source) -> Found:
    columns = [sa.extract(part, rows.day) for part in ("year", "month")]
    asked = sa.select(*columns, *rows.tally).where(*rows.where).group_by(*columns)
    return [
        (month_key(int(year), int(month)), Tally(*counts))
        for year, month, *counts in session.execute(asked)
    ]


def _by_name(session: Session, rows: Source, name: Any, origin: Any = Response) -> Found:
    asked = sa.select(name, *rows.tally).select_from(origin).where(*rows.where).group_by(name)
    return [(key or "", Tally(*counts)) for key, *counts in session.execute(asked)]


def _by_campaign(session: Session, rows: Source, _chosen: Slice) -> Found:
    name = sa.func.coalesce(Campaign.name, Response.campaign_name)
    origin = sa.outerjoin(Response, Campaign, Campaign.id == Response.campaign_id)
    return _by_name(session, rows, name, origin)


def _by_product(session: Session, rows: Source, chosen: Slice) -> Found:
    """The products of orders and tickets that a mail asked about; '' for all other answers."""
    asked = sa.outerjoin(Response, Invitation, Invitation.id == Response.invitation_id)
    origin = asked.outerjoin(Interaction, Interaction.id == Invitation.interaction_id)
    named = product_of(chosen.product_fields).label("product")
    found = sa.select(named, Response.score).select_from(origin).where(*rows.where).subquery()
    counts = [
        sa.func.count().filter(found.c.score.between(low, high))
        for low, high in ((9, 10), (7, 8), (0, 6), (8, 8))
    ]
    asked_of = sa.select(found.c.product, *counts).group_by(found.c.product)
    return [(key or "", Tally(*numbers)) for key, *numbers in session.execute(asked_of)]


_COLUMNS: dict[By, Callable[[Session, Source], Found]] = {
    By.STORE: _by_place(Store, "store_id"),
    By.REGION: _by_place(Region, "region_id"),
    By.SURVEY: _by_place(Survey, "survey_id"),
    By.MONTH: _by_month,
}
_NAMES: dict[By, Callable[[Session, Source, Slice], Found]] = {
    By.CAMPAIGN: _by_campaign,
    By.AGENT: lambda session, rows, _chosen: _by_name(session, rows, Response.agent),
    By.PRODUCT: _by_product,
    By.LANGUAGE: lambda session, rows, _chosen: _by_name(session, rows, Response.language),
}
