"""Mails that asked something -> how many were opened by a click, answered, and commented: one aggregate query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hopnps.domain.periods import day_end, day_start
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import (
    Campaign,
    Click,
    Contact,
    Delivery,
    DeliveryState,
    Invitation,
    Response,
    Store,
)
from hopnps.services import segments
from hopnps.services.clicks import opened
from hopnps.services.figures_slice import Conditions, Slice
from hopnps.services.scopes import regions_within, within


class Stage(StrEnum):
    SENT = "sent"
    CLICKED = "clicked"
    ANSWERED = "answered"
    COMMENTED = "commented"


@dataclass(frozen=True)
class Funnel:
    """Of the mails that were sent: how many people clicked, how many answered, how many said why."""

    sent: int = 0
    clicked: int = 0
    answered: int = 0
    commented: int = 0


def funnel(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> Funnel:
    """What became of the mails of a slice: its days are those on which a mail left, its places the client's of today.

    Who answered has clicked, also where no click was noted.
    """
    asked = (
        sa.select(
            sa.func.count(),
            sa.func.count().filter(_REACHED[Stage.CLICKED]),
            sa.func.count(Response.id),
            sa.func.count().filter(_REACHED[Stage.COMMENTED]),
        )
        .select_from(Invitation)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .where(*mails_in(chosen, scope, now, timezone))
    )
    return Funnel(*session.execute(asked).one())


def is_long(session: Session, chosen: Slice) -> bool:
    """Whether so many mails left that counting what became of them is worth a question of its own."""
    if chosen.campaign:
        return False
    return (session.scalar(sa.select(sa.func.max(Invitation.id))) or 0) > MANY


MANY = 100_000  # invitations
CLICKED = sa.or_(
    Response.id.is_not(None), sa.exists().where(Click.invitation_id == Invitation.id, opened())
)


def people(
    session: Session,
    chosen: Slice,
    stage: Stage,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
    limit: int,
    offset: int = 0,
) -> Sequence[Invitation]:
    """Who came as far as this stage, with their client, mails and answer; the newest first."""
    asked = (
        sa.select(Invitation)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .where(*mails_in(chosen, scope, now, timezone), _REACHED[stage])
        .order_by(Invitation.id.desc())
        .limit(limit)
        .offset(offset)
        .options(
            joinedload(Invitation.contact),
            joinedload(Invitation.response),
            selectinload(Invitation.deliveries),
        )
    )
    return session.scalars(asked).all()


def mails_in(chosen: Slice, scope: Scope, now: datetime, timezone: tzinfo) -> Conditions:
    """The invitations of a slice that asked a question and left."""
    found: Conditions = [Invitation.survey_id.is_not(None), _left(chosen, timezone)]
    if not scope.whole:
        found.append(within(Invitation, scope))
    if chosen.survey:
        found.append(Invitation.survey_id == chosen.survey.id)
    if chosen.campaign:
        ours = sa.select(Campaign.id).where(Campaign.name == chosen.campaign)
        found.append(Invitation.campaign_id.in_(ours))
    return found + _clients_in(chosen, now, timezone)


def _left(chosen: Slice, timezone: tzinfo) -> sa.ColumnElement[bool]:
    """Whether a mail of an invitation left on one of the days."""
    when = [Delivery.invitation_id == Invitation.id, Delivery.state == DeliveryState.SENT]
    if chosen.since:
        when.append(Delivery.sent_at >= day_start(chosen.since, timezone))
    if chosen.until:
        when.append(Delivery.sent_at < day_end(chosen.until, timezone))
    return sa.exists().where(*when)


def _clients_in(chosen: Slice, now: datetime, timezone: tzinfo) -> Conditions:
    found: Conditions = []
    if chosen.store:
        clients = sa.select(Contact.id).where(Contact.store_id == chosen.store.id)
        found.append(Invitation.contact_id.in_(clients))
    if chosen.region:
        stores = sa.select(Store.id).where(Store.region_id.in_(regions_within([chosen.region.id])))
        clients = sa.select(Contact.id).where(Contact.store_id.in_(stores))
        found.append(Invitation.contact_id.in_(clients))
    if chosen.segment and chosen.segment.rule:
        members = segments.members(chosen.segment.rule, now=now, timezone=timezone)
        found.append(Invitation.contact_id.in_(members))
    return found


_REACHED = {
    Stage.SENT: sa.true(),
    Stage.CLICKED: CLICKED,
    Stage.ANSWERED: Response.id.is_not(None),
    Stage.COMMENTED: Response.comment != "",
}
