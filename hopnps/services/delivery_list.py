"""A state, a campaign -> the mails in it, each with its address."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Address, Delivery, Invitation, Notice

_PAGE = 1_000  # in memory at a time


def found(
    session: Session, *, state: str | None = None, campaign_id: int | None = None
) -> Iterator[tuple[Delivery, str]]:
    """Mails to clients and colleagues, the oldest first."""
    wanted = (
        sa.select(Delivery, sa.func.coalesce(Address.email, Notice.email))
        .outerjoin(Delivery.invitation)
        .outerjoin(Address, Address.id == Invitation.address_id)
        .outerjoin(Delivery.notice)
        .order_by(Delivery.id)
        .execution_options(yield_per=_PAGE)
    )
    if state is not None:
        wanted = wanted.where(Delivery.state == state)
    if campaign_id is not None:
        wanted = wanted.where(Delivery.campaign_id == campaign_id)
    yield from session.execute(wanted)
