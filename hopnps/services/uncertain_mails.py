"""A person's word about mails that may have left -> sent again, at their risk, or counted as sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Campaign, Delivery, DeliveryState, Invitation
from hopnps.services import events


def send_again(session: Session, campaign: Campaign, *, now: datetime) -> int:
    """All uncertain mails of this campaign are due now; who had got one gets it twice. How many."""
    return _settle(
        session, campaign, state=DeliveryState.WAITING, due_at=now, data_at=None, reason=""
    )


def count_as_sent(session: Session, campaign: Campaign) -> int:
    """They are taken for sent when they were tried, and listeners hear of it; how many."""
    found = session.scalars(sa.select(Delivery.invitation_id).where(_uncertain(campaign))).all()
    sent = {"state": DeliveryState.SENT, "sent_at": Delivery.data_at, "reason": ""}
    number = _settle(session, campaign, **sent)
    for invitation_id in found if number else ():
        events.note(session, "invitation_sent", invitation_id=invitation_id)
    return number


def _settle(session: Session, campaign: Campaign, **values: Any) -> int:
    """Only what is uncertain at this moment; a worker that comes back from the dead changes it no more."""
    done = session.execute(
        sa.update(Delivery)
        .where(_uncertain(campaign))
        .values(lease="", leased_until=None, **values),
        execution_options={"synchronize_session": False},
    )
    return done.rowcount  # type: ignore[attr-defined]


def _uncertain(campaign: Campaign) -> sa.ColumnElement[bool]:
    mine = sa.select(Invitation.id).where(Invitation.campaign_id == campaign.id)
    return sa.and_(Delivery.state == DeliveryState.UNCERTAIN, Delivery.invitation_id.in_(mine))
