"""How often an address may be asked, over all surveys -> SQL over what was really sent, for launches, claims and cancels.

`Address.last_asked_at` is the mark of the asking decided last, planned or made; the rows of the deliveries are the
truth behind it. A claim looks at the rows only where the mark is not the delivery's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hopnps.domain.cadence import Cadence
from hopnps.models import Address, Delivery, DeliveryState, Invitation, SkipReason, Survey
from hopnps.services.id_sets import among
from hopnps.services.leases import mine

LATE = timedelta(days=1)  # a mail that leaves later than this after its time moves the mark
_QUIET = {"synchronize_session": False}


def cadence_of(survey: Survey | None, cadence: Cadence) -> Cadence:
    """The rule of this survey: its own days, else the house's."""
    return cadence.of(survey.frequency_days) if survey else cadence


class Strange(NamedTuple):
    """A claimed first mail whose address does not bear its mark, or that is late; the days of its survey's own rule."""

    delivery_id: int
    address_id: int
    days: int | None


def is_strange() -> sa.ColumnElement[bool]:
    """Whether a `Delivery`, its `Invitation` and its `Address` are; `late` is a parameter."""
    late = sa.bindparam("late", type_=Delivery.__table__.c.due_at.type)
    other = Address.last_asked_at.is_distinct_from(Delivery.due_at)
    asks = sa.and_(Delivery.number == 1, Invitation.survey_id.is_not(None))
    return sa.and_(asks, sa.or_(other, Delivery.due_at < late))


def set_aside(
    session: Session, lease: str, strange: Sequence[Strange], *, cadence: Cadence, now: datetime
) -> None:
    """Of these rows just claimed, those whose address another survey asked meanwhile are skipped.

    For each mail that goes, late or after another's mark, the address is marked as asked now. Reminders ask nobody
    anew.
    """
    for days in {one.days for one in strange}:
        alike = [one.delivery_id for one in strange if one.days == days]
        _skip(session, alike, cadence.of(days), now)
    _mark(session, lease, [one.address_id for one in strange], now)


def asked_elsewhere(since: datetime, *, planned: bool = False) -> sa.ColumnElement[bool]:
    """Whether the address of this `Invitation` got another survey since then, or is about to in an older turn;
    with `planned` also one that waits to leave."""
    other, mail = aliased(Invitation), aliased(Delivery)
    gone = mail.state.in_((DeliveryState.SENT, DeliveryState.UNCERTAIN))
    going = sa.and_(mail.state == DeliveryState.SENDING, other.id < Invitation.id)
    return (
        sa.select(mail.id)
        .join(other, other.id == mail.invitation_id)
        .where(
            other.address_id == Invitation.address_id,
            other.id != Invitation.id,
            other.survey_id.is_not(None),
            mail.number == 1,
            sa.or_(gone, going, mail.state == DeliveryState.WAITING if planned else sa.false()),
            sa.func.coalesce(mail.sent_at, mail.data_at, mail.due_at) >= since,
        )
        .correlate(Invitation)
        .exists()
    )


def release(session: Session, invitation_ids: Iterable[int]) -> None:
    """Who is not asked after all by these invitations gets back the mark of the last asking that stands, or none.

    One join for all of them, found by lists of numbers: asked address by address, or for a set whose size it cannot
    know, PostgreSQL read all deliveries each time.
    """
    asks = Invitation.survey_id.is_not(None)
    asked = sa.select(Invitation.address_id).where(among(Invitation.id, invitation_ids), asks)
    address_ids = session.scalars(asked.distinct()).all()
    standing = sa.and_(
        Delivery.invitation_id == Invitation.id,
        Delivery.number == 1,
        Delivery.state != DeliveryState.SKIPPED,
    )
    at = sa.func.max(sa.func.coalesce(Delivery.sent_at, Delivery.due_at))
    last = (
        sa.select(Invitation.address_id, at.label("at"))
        .outerjoin(Delivery, standing)
        .where(among(Invitation.address_id, address_ids), asks)
        .group_by(Invitation.address_id)
        .subquery()
    )
    session.execute(
        sa.update(Address)
        .where(Address.id == last.c.address_id, among(Address.id, address_ids))
        .values(last_asked_at=last.c.at),
        execution_options=_QUIET,
    )


def _skip(session: Session, delivery_ids: list[int], cadence: Cadence, now: datetime) -> None:
    if not cadence.days:
        return
    asked = sa.select(Invitation.id).where(asked_elsewhere(cadence.limit(now)))
    skipped = session.scalars(
        sa.update(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.invitation_id.in_(asked))
        .values(
            state=DeliveryState.SKIPPED,
            reason=SkipReason.ASKED_RECENTLY,
            lease="",
            leased_until=None,
        )
        .returning(Delivery.invitation_id)
        .execution_options(**_QUIET)
    ).all()
    if skipped:
        release(session, filter(None, skipped))


def _mark(session: Session, lease: str, address_ids: list[int], now: datetime) -> None:
    going = sa.select(Invitation.address_id).join(Delivery, Delivery.invitation_id == Invitation.id)
    session.execute(
        sa.update(Address)
        .where(Address.id.in_(address_ids), Address.id.in_(going.where(mine(lease))))
        .values(last_asked_at=now),
        execution_options=_QUIET,
    )
