"""A name in an address or a command -> the survey, store, region or campaign it means; and every name there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, NotFound
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.text import fold, name_key
from hopnps.models import (
    Campaign,
    Interaction,
    Invitation,
    Region,
    Response,
    Segment,
    Store,
    Survey,
)
from hopnps.services.figures_slice import PRODUCT_FIELDS, product_of
from hopnps.services.scopes import is_small, narrow, within

Choices = list[tuple[str, str]]
LATEST, LATEST_PRODUCTS = 2000, 1000  # answers that are asked whom and what they name


def find_survey(session: Session, slug: str) -> Survey:
    """The survey of this slug, or NotFound."""
    asked = sa.select(Survey).where(Survey.slug == slug)
    return _found(session, asked, N_("There is no survey “%(name)s”."), slug)


def find_store(session: Session, name: str, *, scope: Scope = WHOLE_HOUSE) -> Store:
    """The store of this name however it was typed, or NotFound."""
    asked = narrow(sa.select(Store).where(Store.name_key == name_key(name)), Store, scope)
    return _found(session, asked, N_("There is no store “%(name)s”."), name)


def find_region(session: Session, name: str, *, scope: Scope = WHOLE_HOUSE) -> Region:
    """The region of this name however it was typed, or NotFound."""
    asked = narrow(sa.select(Region).where(Region.name_key == name_key(name)), Region, scope)
    return _found(session, asked, N_("There is no region “%(name)s”."), name)


def surveys(session: Session) -> Choices:
    """Every survey as (slug, name)."""
    return _slugs(session, Survey)


def segments(session: Session) -> Choices:
    """Every segment as (slug, name)."""
    return _slugs(session, Segment)


def stores(session: Session, *, scope: Scope = WHOLE_HOUSE) -> list[str]:
    """The stores one may see, by name."""
    asked = sa.select(Store.name).order_by(Store.name_key)
    return list(session.scalars(narrow(asked, Store, scope)))


def regions(session: Session, *, scope: Scope = WHOLE_HOUSE) -> list[str]:
    """The regions one may see, by name."""
    asked = sa.select(Region.name).order_by(Region.name_key)
    return list(session.scalars(narrow(asked, Region, scope)))


def campaigns(session: Session, *, scope: Scope = WHOLE_HOUSE) -> list[str]:
    """Every campaign that brought answers, ours and imported ones, by name."""
    if is_small(
        scope
    ):  # its few answers are read sooner than each campaign is looked through for one of them
        return _names(session.scalars(_campaigns_of_a_place(scope)))
    seen = within(Response, scope)
    ours = sa.select(Campaign.name).where(
        sa.exists().where(Response.campaign_id == Campaign.id, seen)
    )
    names = _imported_campaigns()
    imported = sa.select(names.c.name).where(names.c.name.is_not(None))
    if not scope.whole:
        named = Response.campaign_name == names.c.name
        imported = imported.where(sa.exists().where(OLD_CAMPAIGN, named, seen))
    return sorted(session.scalars(sa.union(ours, imported)), key=fold)


@dataclass(frozen=True)
class Lately:
    """Who and what the latest answers name, sorted."""

    agents: list[str]
    languages: list[str]
    products: list[str]


def lately(
    session: Session,
    *,
    scope: Scope = WHOLE_HOUSE,
    product_fields: tuple[str, ...] = PRODUCT_FIELDS,
) -> Lately:
    """What may be offered for choice: from the last answers alone, so that ten million cost no more than a thousand."""
    latest = sa.select(Response.agent, Response.language, Response.invitation_id)
    latest = narrow(latest, Response, scope).order_by(Response.answered_at.desc()).limit(LATEST)
    rows = session.execute(latest).all()
    asked = [row.invitation_id for row in rows if row.invitation_id][:LATEST_PRODUCTS]
    named = (
        sa.select(product_of(product_fields))
        .distinct()
        .select_from(Invitation)
        .join(Interaction, Interaction.id == Invitation.interaction_id)
        .where(Invitation.id.in_(asked))
    )
    return Lately(
        _names(row.agent for row in rows),
        _names(row.language for row in rows),
        _names(session.scalars(named)) if asked else [],
    )


def spelt(names: Iterable[str], typed: str) -> str:
    """The name that is meant however it was typed; what was typed if none is."""
    return next((name for name in names if fold(name) == fold(typed)), typed)


def _names(found: Iterable[str]) -> list[str]:
    return sorted(set(found) - {""}, key=fold)


def _campaigns_of_a_place(scope: Scope) -> sa.Select[Any]:
    name = sa.func.coalesce(Campaign.name, Response.campaign_name)
    asked = sa.select(name).distinct().select_from(Response).outerjoin(Response.campaign)
    return narrow(asked, Response, scope)


def _imported_campaigns() -> sa.CTE:
    """Their names, from one to the next along the index: ten million answers are not read for fifty names."""
    least = sa.select(sa.func.min(Response.campaign_name).label("name")).where(OLD_CAMPAIGN)
    names = least.cte("old_campaigns", recursive=True)
    after = least.where(Response.campaign_name > names.c.name).correlate(names).scalar_subquery()
    return names.union_all(sa.select(after).where(names.c.name.is_not(None)))


OLD_CAMPAIGN = Response.campaign_name != sa.literal_column("''")  # as its index says it


def _found(session: Session, asked: sa.Select[Any], message: str, name: str) -> Any:
    row = session.scalar(asked)
    if row is None:
        raise NotFound(message, name=name[:60])
    return row


def _slugs(session: Session, model: Any) -> Choices:
    found = session.execute(sa.select(model.slug, model.name).order_by(model.name))
    return [(slug, name) for slug, name in found]
