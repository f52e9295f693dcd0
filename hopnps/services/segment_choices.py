"""What the house knows -> what the segment builder offers: stores, tags, kinds, own columns, surveys, campaigns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Campaign, Contact, Interaction, Region, Store, Survey

LOOKED_AT = (
    2_000  # of the latest rows: enough to learn the words of the house, however many rows there are
)
MOST = 200
_MOST_KINDS = 50


@dataclass(frozen=True)
class Choices:
    """Names as they are written; `surveys` also have the short name that a rule holds."""

    stores: list[str]
    regions: list[str]
    tags: list[str]
    attributes: list[str]
    kinds: list[str]
    details: list[str]
    surveys: list[tuple[str, str]]
    campaigns: list[str]


def choices(session: Session) -> Choices:
    """Small tables whole; words that stand in contacts and interactions as the latest of them know them."""
    latest = sa.select(Contact.tags, Contact.attributes).order_by(Contact.id.desc())
    contacts = session.execute(latest.limit(LOOKED_AT)).all()
    happened = sa.select(Interaction.data).order_by(Interaction.id.desc()).limit(LOOKED_AT)
    surveys = sa.select(Survey.slug, Survey.name).order_by(Survey.name).limit(MOST)
    return Choices(
        stores=_column(session, sa.select(Store.name).order_by(Store.name_key)),
        regions=_column(session, sa.select(Region.name).order_by(Region.name_key)),
        tags=_words(tag for tags, _attributes in contacts for tag in tags),
        attributes=_words(name for _tags, attributes in contacts for name in attributes or ()),
        kinds=_kinds(session),
        details=_words(name for data in session.scalars(happened) for name in data or ()),
        surveys=[(slug, name) for slug, name in session.execute(surveys)],
        campaigns=_column(
            session,
            sa.select(Campaign.name)
            .group_by(Campaign.name)
            .order_by(sa.func.max(Campaign.id).desc())
            .limit(MOST),
        ),
    )


def _kinds(session: Session) -> list[str]:
    latest = sa.select(Interaction.kind).order_by(Interaction.id.desc()).limit(LOOKED_AT).subquery()
    found = session.scalars(sa.select(latest.c.kind).distinct().limit(_MOST_KINDS))
    return sorted({"order", "ticket", *found})


def _column(session: Session, wanted: sa.Select[Any]) -> list[str]:
    return list(session.scalars(wanted))


def _words(found: Iterable[str]) -> list[str]:
    return sorted(set(found), key=str.casefold)[:MOST]
