"""A wish to hear no more -> an address that nothing writes to again, however many contacts bear it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Address
from hopnps.services import events


def unsubscribe(session: Session, address: Address, *, now: datetime) -> bool:
    """Whether this was the first time; the first moment is the one that is kept."""
    first = session.execute(
        sa.update(Address)
        .where(Address.id == address.id, Address.unsubscribed_at.is_(None))
        .values(unsubscribed_at=now)
        .execution_options(synchronize_session=False)
    )
    session.refresh(address)
    if not first.rowcount:  # type: ignore[attr-defined]
        return False
    events.note(session, "contact_unsubscribed", address_id=address.id)
    return True
