"""A segment's rule -> its members, asked of the database each time, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import rules
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.domain.text import slugify
from hopnps.models import Campaign, Contact, Segment
from hopnps.services.patience import within
from hopnps.services.segment_conditions import When
from hopnps.services.segment_sql import condition_of, members_of

LONGEST_SLUG = 60


@dataclass(frozen=True)
class Found:
    """`count` is None where counting took too long."""

    count: int | None
    sample: list[Contact]


def members(rule: dict[str, Any], *, now: datetime, timezone: tzinfo = UTC) -> sa.Select[Any]:
    """The ids of the contacts a rule finds, as a select to count, join or insert from.

    `timezone` decides on which moment a day of the rule begins. Raises Invalid.
    """
    return members_of(rules.read(rule), When(now, timezone))


def count(session: Session, rule: dict[str, Any], *, now: datetime, timezone: tzinfo = UTC) -> int:
    """How many contacts a rule finds."""
    found = members(rule, now=now, timezone=timezone).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def sample(
    session: Session,
    rule: dict[str, Any],
    *,
    now: datetime,
    timezone: tzinfo = UTC,
    most: int = 10,
) -> list[Contact]:
    """The first few contacts a rule finds, to see whether it means what one meant."""
    meets = condition_of(rules.read(rule), When(now, timezone))  # ends at the tenth it meets
    wanted = sa.select(Contact).where(meets).order_by(Contact.id).limit(most)
    return list(session.scalars(wanted))


def look(
    session: Session,
    rule: dict[str, Any],
    *,
    now: datetime,
    timezone: tzinfo = UTC,
    patience: float = 4.0,
) -> Found:
    """How many a rule finds now and some of them, each within `patience` seconds. Raises Invalid."""

    def counted() -> int:
        return count(session, rule, now=now, timezone=timezone)

    def some() -> list[Contact]:
        return sample(session, rule, now=now, timezone=timezone)

    return Found(within(session, patience, counted), within(session, patience, some) or [])


def used_by(session: Session, segment: Segment, *, most: int = 50) -> list[Campaign]:
    """The campaigns that go or went to it, the newest first."""
    wanted = sa.select(Campaign).where(Campaign.segment_id == segment.id)
    return list(session.scalars(wanted.order_by(Campaign.id.desc()).limit(most)))


def find(session: Session, slug: str) -> Segment:
    """The segment of this slug, or NotFound."""
    segment = find_if_any(session, slug)
    if segment is None:
        raise NotFound(N_("There is no segment “%(slug)s”."), slug=slug[:LONGEST_SLUG])
    return segment


def find_if_any(session: Session, slug: str) -> Segment | None:
    return session.scalar(sa.select(Segment).where(Segment.slug == slug))


def by_name(session: Session) -> list[Segment]:
    """Every segment, by name."""
    return list(session.scalars(sa.select(Segment).order_by(Segment.name, Segment.id)))


def save(
    session: Session,
    segment: Segment | None,
    *,
    slug: str,
    name: str,
    rule: dict[str, Any],
    now: datetime,
) -> Segment:
    """Make a segment (None), or change one; an empty slug is made of the name. Raises Invalid with its field."""
    name, slug = name.strip(), slug.strip() or slugify(name)[:LONGEST_SLUG]
    _check(name, slug)
    rules.read(rule)
    segment = segment or Segment(created_at=now)
    with session.no_autoflush:
        other = find_if_any(session, slug)
    if other not in (None, segment):
        raise Invalid(N_("Another segment is already called “%(slug)s”."), field="slug", slug=slug)
    segment.slug, segment.name, segment.rule = slug, name, rule
    session.add(segment)
    session.flush()
    return segment


def remove(session: Session, segment: Segment) -> None:
    """Forget a segment. Raises Refused as `check_removal` does."""
    check_removal(session, segment)
    session.delete(segment)
    session.flush()


def check_removal(session: Session, segment: Segment) -> None:
    """Raises Refused if a campaign goes or went to it."""
    campaign = session.scalar(sa.select(Campaign).where(Campaign.segment_id == segment.id).limit(1))
    if campaign is not None:
        raise Refused(
            N_("%(name)s stays: the campaign “%(campaign)s” goes to it."),
            name=segment.name,
            campaign=campaign.name,
        )


def _check(name: str, slug: str) -> None:
    if not name:
        raise Invalid(N_("A segment needs a name."), field="name")
    if not slug or slugify(slug) != slug or len(slug) > LONGEST_SLUG:
        raise Invalid(
            N_("A short name holds small letters, digits and hyphens only, such as “%(example)s”."),
            field="slug",
            example=slugify(slug or name)[:LONGEST_SLUG] or "clients-fideles",
        )
