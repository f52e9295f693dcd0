"""Answers -> tallies, by store, region, month or campaign: one aggregate query each, one scale at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.errors import N_, NotFound
from hopnps.domain.periods import month_key
from hopnps.domain.score import SCORES
from hopnps.domain.statistics import Tally
from hopnps.domain.text import fold, name_key
from hopnps.models import Campaign, Region, Response, Scale, Segment, Store, Survey
from hopnps.services import segments
from hopnps.services.answer_filters import of_campaign


class By(StrEnum):
    STORE = "store"
    REGION = "region"
    MONTH = "month"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Scope:
    """Which answers are looked at; None is all of them. Days are local ones, both included.

    `campaign` is a name: of one of our campaigns, or of an imported one.
    """

    survey: Survey | None = None
    segment: Segment | None = None
    since: date | None = None
    until: date | None = None
    store: Store | None = None
    region: Region | None = None
    campaign: str | None = None
    scale: Scale = Scale.OFFICIAL


@dataclass(frozen=True)
class Group:
    """`key` is the name of a store, region or campaign, or a month such as 2026-03; '' where an answer has none."""

    key: str
    tally: Tally


def tally(session: Session, scope: Scope, *, now: datetime, timezone: tzinfo = UTC) -> Tally:
    """How many promoters, passives and detractors there are in a scope."""
    asked = sa.select(*_CATEGORIES).where(*_filters(scope, now, timezone))
    return Tally(*session.execute(asked).one())


def scores(session: Session, scope: Scope, *, now: datetime, timezone: tzinfo = UTC) -> list[int]:
    """How many answers gave 0, 1, ... 10."""
    asked = (
        sa.select(Response.score, sa.func.count())
        .where(*_filters(scope, now, timezone))
        .group_by(Response.score)
    )
    found = dict(session.execute(asked).all())
    return [found.get(score, 0) for score in SCORES]


def tally_of(counts: list[int]) -> Tally:
    """The tally of what `scores` counted."""
    return Tally(promoters=sum(counts[9:]), passives=sum(counts[7:9]), detractors=sum(counts[:7]))


def tallies(
    session: Session, scope: Scope, by: By, *, now: datetime, timezone: tzinfo = UTC
) -> list[Group]:
    """The tally of each store, region, month or campaign that has answers; in alphabetical order, '' last."""
    columns, key_of = _GROUPINGS[by]
    asked = (
        sa.select(*columns, *_CATEGORIES).where(*_filters(scope, now, timezone)).group_by(*columns)
    )
    groups = [
        Group(key_of(*row[: len(columns)]), Tally(*row[len(columns) :]))
        for row in session.execute(_joined(asked, by))
    ]
    return sorted(groups, key=lambda group: (not group.key, fold(group.key)))


def latest_comments(
    session: Session, scope: Scope, *, now: datetime, timezone: tzinfo = UTC, most: int = 5
) -> list[Response]:
    """The newest answers that say why, with their contact and store."""
    asked = (
        sa.select(Response)
        .where(*_filters(scope, now, timezone), Response.comment != "")
        .order_by(Response.answered_at.desc(), Response.id.desc())
        .limit(most)
        .options(joinedload(Response.contact), joinedload(Response.store))
    )
    return list(session.scalars(asked))


def find_survey(session: Session, slug: str) -> Survey:
    """The survey of this slug, or NotFound."""
    return _found(session, Survey, Survey.slug == slug, N_("There is no survey “%(name)s”."), slug)


def find_store(session: Session, name: str) -> Store:
    """The store of this name however it was typed, or NotFound."""
    wanted = Store.name_key == name_key(name)
    return _found(session, Store, wanted, N_("There is no store “%(name)s”."), name)


def find_region(session: Session, name: str) -> Region:
    """The region of this name however it was typed, or NotFound."""
    wanted = Region.name_key == name_key(name)
    return _found(session, Region, wanted, N_("There is no region “%(name)s”."), name)


def campaign_names(session: Session) -> list[str]:
    """Every campaign that brought answers, ours and imported ones, by name."""
    asked = sa.select(_CAMPAIGN).select_from(Response).outerjoin(Response.campaign).distinct()
    return sorted((name for name in session.scalars(asked) if name), key=fold)


def _found(session: Session, model: Any, wanted: Any, message: str, name: str) -> Any:
    row = session.scalar(sa.select(model).where(wanted))
    if row is None:
        raise NotFound(message, name=name[:60])
    return row


def _filters(scope: Scope, now: datetime, timezone: tzinfo) -> list[sa.ColumnElement[bool]]:
    filters: list[sa.ColumnElement[bool]] = [Response.scale == scope.scale]
    for column, wanted in (
        (Response.survey_id, scope.survey),
        (Response.store_id, scope.store),
        (Response.region_id, scope.region),
    ):
        if wanted is not None:
            filters.append(column == wanted.id)
    if scope.since:
        filters.append(Response.answered_on >= scope.since)
    if scope.until:
        filters.append(Response.answered_on <= scope.until)
    if scope.campaign:
        filters.append(of_campaign(scope.campaign))
    if scope.segment and scope.segment.rule:
        members = segments.members(scope.segment.rule, now=now, timezone=timezone)
        filters.append(Response.contact_id.in_(members))
    return filters


def _joined(asked: sa.Select[Any], by: By) -> sa.Select[Any]:
    """What bears the key's name; an answer without one stays in the sum."""
    if by is By.MONTH:
        return asked
    reached = {By.STORE: Response.store, By.REGION: Response.region, By.CAMPAIGN: Response.campaign}
    return asked.select_from(Response).outerjoin(reached[by])


def _category(lowest: int, highest: int) -> sa.ColumnElement[int]:
    return sa.func.count().filter(Response.score.between(lowest, highest))


def _or_empty(name: str | None) -> str:
    return name or ""


_CATEGORIES = (_category(9, 10), _category(7, 8), _category(0, 6))
_CAMPAIGN = sa.func.coalesce(Campaign.name, Response.campaign_name)
_GROUPINGS: dict[By, tuple[tuple[Any, ...], Callable[..., str]]] = {
    By.STORE: ((Store.name,), _or_empty),
    By.REGION: ((Region.name,), _or_empty),
    By.MONTH: (
        (sa.extract("year", Response.answered_on), sa.extract("month", Response.answered_on)),
        lambda year, month: month_key(int(year), int(month)),
    ),
    By.CAMPAIGN: ((_CAMPAIGN,), _or_empty),
}
