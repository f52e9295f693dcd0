"""Refusals that speak of our mails and not of an address (5.7.x) -> whether a campaign had better stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.parcel import Verdict
from hopnps.models import Delivery, DeliveryState

MOST, AMONG_THE_LAST = 5, 100


def refused_by_policy(verdicts: Iterable[Verdict]) -> list[int]:
    """The campaigns that just met one."""
    met: set[int | None] = set()
    for one in verdicts:
        if one.reply is not None and one.reply.means_policy:
            mail: Any = one.parcel
            met.add(mail.campaign_id)
    return sorted(number for number in met if number is not None)


def too_many(session: Session, campaign_id: int) -> bool:
    """Whether 5 of the last 100 mails of this campaign met one: read along its queue, backwards."""
    row: Any = Delivery.__table__.c
    ours = row.campaign_id == campaign_id
    fifth = session.execute(
        sa.select(row.due_at, row.id)
        .where(ours, row.state == DeliveryState.FAILED, row.reason.like("5__ 5.7.%"))
        .order_by(row.due_at.desc(), row.id.desc())
        .offset(MOST - 1)
        .limit(1)
    ).one_or_none()
    if fifth is None:
        return False
    since = (
        sa.select(row.id)
        .where(
            ours,
            row.state.in_((DeliveryState.SENT, DeliveryState.FAILED)),
            sa.tuple_(row.due_at, row.id) >= sa.tuple_(*fifth),
        )
        .limit(AMONG_THE_LAST + 1)
    )
    number = session.scalar(sa.select(sa.func.count()).select_from(since.subquery())) or 0
    return number <= AMONG_THE_LAST
