"""A person's word about mails that may have left -> sent again, at their risk, or counted as sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Campaign, Delivery, DeliveryState, Invitation


def send_again(session: Session, campaign: Campaign, *, now: datetime) -> int:
    """All uncertain mails of this campaign are due now; who had got one gets it twice. How many."""
    return _settle(
        session, campaign, state=DeliveryState.WAITING, due_at=now, data_at=None, reason=""
    )


def count_as_sent(session: Session, campaign: Campaign) -> int:
    """They are taken for sent when they were tried; how many."""
    return _settle(session, campaign, state=DeliveryState.SENT, sent_at=Delivery.data_at, reason="")


def _settle(session: Session, campaign: Campaign, **values: Any) -> int:
    """Only what is uncertain at this moment; a worker that comes back from the dead changes it no more."""
    mine = sa.select(Invitation.id).where(Invitation.campaign_id == campaign.id)
    done = session.execute(
        sa.update(Delivery)
        .where(Delivery.state == DeliveryState.UNCERTAIN, Delivery.invitation_id.in_(mine))
        .values(lease="", leased_until=None, **values),
        execution_options={"synchronize_session": False},
    )
    return done.rowcount  # type: ignore[attr-defined]
