"""A claimed batch -> the same without those who should get no mail by now: the change wins over the launch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.models import Address, Delivery, DeliveryState, Invitation, Response, SkipReason, Survey
from hopnps.services import frequency
from hopnps.services.id_sets import among
from hopnps.services.leases import Lease, is_now


def set_aside(session: Session, lease: Lease, cadence: Cadence, *, now: datetime) -> None:
    """Skip who unsubscribed, bounced, answered or was asked by another survey, and whose links have expired.

    One statement for a batch about which nothing changed, as nearly always.
    """
    said = {"ids": lease.ids, "now": now, "late": now - frequency.LATE}
    skipped: dict[str, list[int]] = {}
    strange: list[frequency.Strange] = []
    for reason, *row in session.connection().execute(_changed(), said):
        if reason is None:
            strange.append(frequency.Strange(*row))
        else:
            skipped.setdefault(reason, []).append(row[0])
    for reason, ids in skipped.items():
        _skip(session, ids, reason)
    if strange:
        frequency.set_aside(session, lease, strange, cadence=cadence, now=now)


def _skip(session: Session, ids: Iterable[int], reason: str) -> None:
    """These claimed mails will not be sent."""
    session.execute(
        sa.update(Delivery)
        .where(among(Delivery.id, ids), is_now(DeliveryState.SENDING))
        .values(state=DeliveryState.SKIPPED, reason=reason, lease="", leased_until=None),
        execution_options={"synchronize_session": False},
    )


@cache
def _changed() -> sa.Select[Any]:
    """The few rows of a batch about which something changed since it was made, and why; without a reason, those whose
    address was marked by somebody else.
    """
    now = sa.bindparam("now", type_=Delivery.__table__.c.due_at.type)
    reason = sa.case(
        (Address.unsubscribed_at.is_not(None), SkipReason.UNSUBSCRIBED),
        (Address.bounced_at.is_not(None), SkipReason.BOUNCED),
        (Response.id.is_not(None), SkipReason.ANSWERED),
        (Invitation.expires_at <= now, SkipReason.EXPIRED),
        else_=None,
    ).label("reason")
    return (
        sa.select(reason, Delivery.id, Invitation.address_id, Survey.frequency_days)
        .select_from(Delivery)
        .join(Invitation, Invitation.id == Delivery.invitation_id)
        .join(Address, Address.id == Invitation.address_id)
        .outerjoin(Survey, Survey.id == Invitation.survey_id)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .where(
            among(Delivery.id, "ids"),
            is_now(DeliveryState.SENDING),
            sa.or_(reason.is_not(None), frequency.is_strange()),
        )
    )
