"""A contact -> what happened with them, latest first: answers, mails, opened links, orders and tickets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.models import Click, Contact, Delivery, Interaction, Invitation, Response

MOST = 60


@dataclass(frozen=True)
class Event:
    """`kind` is answer, mail, click or interaction; `row` the thing itself (for a click: its score), `count` of clicks."""

    kind: str
    at: datetime
    row: Any
    count: int = 1


@dataclass(frozen=True)
class History:
    events: list[Event]
    has_more: bool


def of(session: Session, contact: Contact) -> History:
    """The latest MOST events."""
    found = chain(
        _answers(session, contact),
        _mails(session, contact),
        _clicks(session, contact),
        _interactions(session, contact),
    )
    events = sorted(found, key=lambda event: event.at, reverse=True)
    return History(events[:MOST], len(events) > MOST)


def _answers(session: Session, contact: Contact) -> Iterator[Event]:
    rows = session.scalars(
        sa.select(Response)
        .where(Response.contact_id == contact.id)
        .options(joinedload(Response.survey), joinedload(Response.store))
        .order_by(Response.answered_at.desc())
        .limit(MOST + 1)
    )
    return (Event("answer", row.answered_at, row) for row in rows)


def _mails(session: Session, contact: Contact) -> Iterator[Event]:
    """Each mail at the moment it left, or is due, or was given up."""
    rows = session.scalars(
        sa.select(Delivery)
        .join(Delivery.invitation)
        .where(Invitation.contact_id == contact.id)
        .options(
            joinedload(Delivery.invitation).joinedload(Invitation.survey),
            joinedload(Delivery.invitation).joinedload(Invitation.campaign),
            joinedload(Delivery.invitation).joinedload(Invitation.interaction),
        )
        .order_by(Delivery.id.desc())
        .limit(MOST + 1)
    )
    return (Event("mail", row.sent_at or row.due_at, row) for row in rows)


def _clicks(session: Session, contact: Contact) -> Iterator[Event]:
    """Several links of one mail opened together are one event: a machine may have looked."""
    rows = session.execute(
        sa.select(
            sa.func.min(Click.clicked_at, type_=Click.clicked_at.type),
            sa.func.min(Click.score),
            sa.func.count(sa.distinct(Click.score)),
        )
        .join(Invitation, Invitation.id == Click.invitation_id)
        .where(Invitation.contact_id == contact.id)
        .group_by(Click.invitation_id)
        .order_by(sa.desc(Click.invitation_id))
        .limit(MOST + 1)
    )
    return (Event("click", at, score, count) for at, score, count in rows)


def _interactions(session: Session, contact: Contact) -> Iterator[Event]:
    rows = session.scalars(
        sa.select(Interaction)
        .where(Interaction.contact_id == contact.id)
        .options(joinedload(Interaction.store))
        .order_by(Interaction.occurred_at.desc())
        .limit(MOST + 1)
    )
    return (Event("interaction", row.occurred_at, row) for row in rows)
