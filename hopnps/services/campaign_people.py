"""A number on a campaign's page -> the people behind it, each with the word that stands beside the name.

Groups are named as in the addresses of the lists: `recipients`, a SkipReason, a DeliveryState, `put_off`, `answers`,
`answers-9`, `clicks`, `clicks-9`, `silent` (got it, said nothing), `returned` (the mail came back),
`without-first_name` (before the launch).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, NotFound
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.score import SCORES
from hopnps.models import (
    Address,
    Campaign,
    CampaignSkip,
    Click,
    Contact,
    Delivery,
    DeliveryState,
    Invitation,
    Response,
    SkipReason,
)
from hopnps.services import audience_gaps, audiences
from hopnps.services.clicks import opened
from hopnps.services.frequency import cadence_of
from hopnps.services.portable import reads_as
from hopnps.services.scopes import narrow

RECIPIENTS, PUT_OFF, ANSWERS, CLICKS, SILENT, RETURNED = (
    "recipients",
    "put_off",
    "answers",
    "clicks",
    "silent",
    "returned",
)
WITHOUT = "without-"
Rows = sa.Select[*tuple[Any, ...]]
_PAGE = 1_000  # people in memory at a time while a file is written
_TOLD = (  # what a file says of a contact
    joinedload(Contact.store),
    load_only(Contact.first_name, Contact.last_name, Contact.company, Contact.email, Contact.phone),
)
_MOMENT = Address.__table__.c.last_asked_at.type
_WAITING = (DeliveryState.WAITING, DeliveryState.SENDING)


@dataclass(frozen=True)
class Person:
    """`askable_on`: from when somebody asked recently may be asked."""

    contact: Contact
    mail: Delivery | None = None
    answer: Response | None = None
    askable_on: date | None = None


@dataclass(frozen=True)
class Group:
    """Which people of which campaign; `letters` keep those whose name, company or address says all these words."""

    campaign: Campaign
    name: str
    letters: str = ""
    scope: Scope = WHOLE_HOUSE


def page(
    session: Session, group: Group, *, cadence: Cadence, now: datetime, limit: int, offset: int = 0
) -> list[Person]:
    """Some of them, by name. Raises NotFound for a group that this campaign does not have."""
    wanted = _by_name(_wanted(group, cadence, now)).limit(limit).offset(offset)
    rule = cadence_of(group.campaign.survey, cadence)
    return [_person(row, rule) for row in session.execute(wanted)]


def count(session: Session, group: Group, *, cadence: Cadence, now: datetime) -> int:
    """How many they are. Raises NotFound as `page` does."""
    wanted = _wanted(group, cadence, now).with_only_columns(Contact.id, maintain_column_froms=True)
    return session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def everyone(
    session: Session, group: Group, *, cadence: Cadence, now: datetime
) -> Iterator[Person]:
    """All of them, by name, without holding them all in memory."""
    wanted = _by_name(_wanted(group, cadence, now)).options(*_TOLD)
    rule = cadence_of(group.campaign.survey, cadence)
    for row in session.execute(wanted.execution_options(yield_per=_PAGE)):
        yield _person(row, rule)


def _wanted(group: Group, cadence: Cadence, now: datetime) -> Rows:
    if group.campaign.launched_at is None:
        wanted = _before(group, cadence, now)
    elif group.name in list(SkipReason):
        wanted = _left_out(group)
    else:
        wanted = _after(group)
    for word in group.letters.split():
        told = Contact.first_name + " " + Contact.last_name + " " + Contact.company
        wanted = wanted.where(reads_as(told + " " + Contact.address, word, before=True, after=True))
    return narrow(wanted, Contact, group.scope)


def _before(group: Group, cadence: Cadence, now: datetime) -> Rows:
    """Who would get it if it were launched now, and who would not."""
    empty, campaign = sa.null(), group.campaign
    if group.name == RECIPIENTS or group.name.startswith(WITHOUT):
        chosen = audiences.recipients(campaign, cadence=cadence, now=now)
        wanted = sa.select(Contact, empty, empty, empty, empty)
        wanted = wanted.join(chosen, chosen.c.contact_id == Contact.id)
        if group.name == RECIPIENTS:
            return wanted
        return wanted.outerjoin(Contact.store).where(_gap(group.name.removeprefix(WITHOUT)))
    if group.name not in list(SkipReason):
        raise _unknown(group)
    found = audiences.judged(campaign, cadence=cadence, now=now).subquery()
    asked_at = found.c.asked_at if group.name == SkipReason.ASKED_RECENTLY else empty
    wanted = sa.select(Contact, empty, empty, empty, asked_at)
    return wanted.join(found, found.c.contact_id == Contact.id).where(found.c.reason == group.name)


def _left_out(group: Group) -> Rows:
    """Left out when it was launched, or set aside since then."""
    number, empty = group.campaign.id, sa.null()
    at_launch = sa.select(
        CampaignSkip.contact_id,
        CampaignSkip.askable_on,
        sa.type_coerce(empty, _MOMENT).label("asked_at"),
    ).where(CampaignSkip.campaign_id == number, CampaignSkip.reason == group.name)
    asked_at = Address.last_asked_at if group.name == SkipReason.ASKED_RECENTLY else empty
    since = (
        sa.select(Invitation.contact_id, sa.cast(empty, sa.Date), sa.type_coerce(asked_at, _MOMENT))
        .join(Delivery, Delivery.invitation_id == Invitation.id)
        .join(Invitation.address)
        .where(
            Invitation.campaign_id == number,
            Delivery.state == DeliveryState.SKIPPED,
            Delivery.reason == group.name,
            Delivery.number == 1,
        )
    )
    out = at_launch.union_all(since).subquery()
    wanted = sa.select(Contact, empty, empty, out.c.askable_on, out.c.asked_at)
    return wanted.join(out, out.c.contact_id == Contact.id)


def _after(group: Group) -> Rows:
    """Who was written to, by what became of the mail and what came back."""
    return (
        sa.select(Contact, Delivery, Response, sa.null(), sa.null())
        .select_from(Invitation)
        .join(Invitation.contact)
        .join(Delivery, Delivery.invitation_id == Invitation.id)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .where(Invitation.campaign_id == group.campaign.id, _mail_of(group), _fate(group))
        .options(selectinload(Delivery.bounces))
    )


def _mail_of(group: Group) -> sa.ColumnElement[bool]:
    """Trouble may be that of a reminder; what people did is told by the first mail."""
    troubles = (PUT_OFF, RETURNED, *_WAITING, DeliveryState.FAILED, DeliveryState.UNCERTAIN)
    return sa.true() if group.name in troubles else Delivery.number == 1


def _fate(group: Group) -> sa.ColumnElement[bool]:
    name, _, score = group.name.partition("-")
    if score and (score not in map(str, SCORES) or name not in (ANSWERS, CLICKS)):
        raise _unknown(group)
    if name == ANSWERS:
        return Response.score == int(score) if score else Response.id.is_not(None)
    if name == CLICKS:
        clicked = sa.exists().where(Click.invitation_id == Invitation.id, opened())
        return clicked.where(Click.score == int(score)) if score else clicked
    if name == SILENT:
        return sa.and_(Delivery.state == DeliveryState.SENT, Response.id.is_(None))
    if name == RETURNED:
        return Delivery.bounces.any()
    if name == PUT_OFF:
        return sa.and_(Delivery.state == DeliveryState.WAITING, Delivery.attempts > 0)
    if name == DeliveryState.WAITING:
        return Delivery.state.in_(_WAITING)
    if name in list(DeliveryState):
        return Delivery.state == name
    raise _unknown(group)


def _gap(field: str) -> sa.ColumnElement[bool]:
    if field not in audience_gaps.COLUMNS:
        raise NotFound(N_("There is no such list."))
    return audience_gaps.is_empty(audience_gaps.COLUMNS[field])


def _by_name(wanted: Rows) -> Rows:
    return wanted.order_by(Contact.last_name, Contact.first_name, Contact.id)


def _person(row: Any, cadence: Cadence) -> Person:
    contact, mail, answer, askable_on, asked_at = row
    return Person(contact, mail, answer, cadence.askable_on(asked_at) if asked_at else askable_on)


def _unknown(group: Group) -> NotFound:
    return NotFound(N_("There is no such list."))
