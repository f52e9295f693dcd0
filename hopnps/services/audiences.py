"""A campaign's segment -> who gets its mail, and who does not with the reason; all of it asked of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.domain.languages import DEFAULT, LANGUAGES
from hopnps.models import Address, Campaign, Contact, SkipReason
from hopnps.services import segments
from hopnps.services.frequency import cadence_of

NOBODY_REFUSES = ""  # the reason of those who get the mail


@dataclass(frozen=True)
class Audience:
    """`askable_on`: the first day on which one of those asked recently may be asked again."""

    recipients: int = 0
    skipped: dict[SkipReason, int] = field(default_factory=dict)
    askable_on: date | None = None

    @property
    def members(self) -> int:
        return self.recipients + sum(self.skipped.values())


def count(session: Session, campaign: Campaign, *, cadence: Cadence, now: datetime) -> Audience:
    """How many get the mail, and how many do not for which reason."""
    people = judged(campaign, cadence=cadence, now=now).subquery()
    rule = cadence_of(campaign.survey, cadence)
    found = session.execute(
        sa.select(people.c.reason, sa.func.count(), sa.func.min(people.c.asked_at)).group_by(
            people.c.reason
        )
    ).all()
    counts = {reason: number for reason, number, _ in found}
    asked = {reason: asked_at for reason, _, asked_at in found}.get(SkipReason.ASKED_RECENTLY)
    return Audience(
        recipients=counts.pop(NOBODY_REFUSES, 0),
        skipped={reason: counts[reason] for reason in SkipReason if reason in counts},
        askable_on=rule.askable_on(asked) if asked else None,
    )


def judged(campaign: Campaign, *, cadence: Cadence, now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Every member of the segment once, with what speaks against writing to them at the campaign's time."""
    found = members(campaign, cadence=cadence, now=now).subquery()
    at = max(campaign.due_at, now)
    rule = cadence_of(campaign.survey, cadence)
    return (
        sa.select(
            Contact.id.label("contact_id"),
            Contact.address.label("email"),
            Contact.language.label("language"),
            Address.id.label("address_id"),
            Address.last_asked_at.label("asked_at"),
            _reason(rule, at, asks=campaign.survey_id is not None).label("reason"),
        )
        .join(found, found.c.id == Contact.id)
        .outerjoin(Address, Address.email == Contact.address)
    )


def recipients(campaign: Campaign, *, cadence: Cadence, now: datetime) -> sa.CTE:
    """`contact_id` and `language` of those who get the mail, found once however often it is asked."""
    found = judged(campaign, cadence=cadence, now=now).subquery()
    wanted = sa.select(found.c.contact_id, spoken(found.c.language).label("language"))
    return wanted.where(found.c.reason == NOBODY_REFUSES).cte("recipients")


def members(campaign: Campaign, *, cadence: Cadence, now: datetime) -> sa.Select[Any]:
    """The ids of the contacts in the campaign's segment; a draft without one goes to nobody."""
    if campaign.segment is None:
        return sa.select(Contact.id).where(sa.false())
    return segments.members(campaign.segment.rule, now=now, timezone=cadence.timezone)


def spoken(language: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """`domain.languages.spoken` said in SQL."""
    code = sa.func.lower(sa.func.substr(sa.func.trim(language), 1, 2))
    return sa.case((code.in_(LANGUAGES), code), else_=sa.literal(DEFAULT))


def _reason(cadence: Cadence, at: datetime, *, asks: bool) -> sa.ColumnElement[str]:
    """One address, one mail: the contact made first gets it. A word without a question knows no frequency."""
    turn = sa.func.row_number().over(partition_by=Contact.address, order_by=Contact.id)
    reasons: list[tuple[Any, SkipReason]] = [
        (Contact.address == "", SkipReason.NO_ADDRESS),
        (Address.unsubscribed_at.isnot(None), SkipReason.UNSUBSCRIBED),
        (Address.bounced_at.isnot(None), SkipReason.BOUNCED),
    ]
    if asks and cadence.days:
        reasons.append((Address.last_asked_at >= cadence.limit(at), SkipReason.ASKED_RECENTLY))
    reasons.append((turn > 1, SkipReason.SAME_ADDRESS))
    return sa.case(
        *[(condition, sa.literal(str(reason))) for condition, reason in reasons],
        else_=sa.literal(NOBODY_REFUSES),
    )
