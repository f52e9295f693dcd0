"""A person's word, or a report, about mails that may have left -> sent again, at their risk, or counted as sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Refused
from hopnps.models import Campaign, Delivery, DeliveryState
from hopnps.services import events
from hopnps.services.id_sets import among


@dataclass(frozen=True)
class Chosen:
    """These mails (None: all) of that campaign (None: of any, and of none); at least one of both says which."""

    campaign_id: int | None = None
    ids: Sequence[int] | None = None


def send_again(session: Session, chosen: Chosen, *, now: datetime) -> int:
    """They are due now; who had got one gets it twice. How many. Raises Refused if their campaign is cancelled."""
    cancelled = sa.select(Campaign.id).where(Campaign.cancelled_at.is_not(None))
    stopped = sa.exists().where(_uncertain(chosen), Delivery.campaign_id.in_(cancelled))
    if session.scalar(sa.select(stopped)):
        raise Refused(
            N_("This campaign is cancelled: let it send the rest first, then send these again.")
        )
    return _settle(
        session, chosen, state=DeliveryState.WAITING, due_at=now, data_at=None, reason=""
    )


def count_as_sent(session: Session, chosen: Chosen, *, words: str = "") -> int:
    """They are taken for sent when they were tried, and listeners hear of it; how many. `words` say how we know."""
    found = session.scalars(sa.select(Delivery.invitation_id).where(_uncertain(chosen))).all()
    sent = {"state": DeliveryState.SENT, "sent_at": Delivery.data_at, "reason": words}
    number = _settle(session, chosen, **sent)
    for invitation_id in found if number else ():
        if invitation_id is not None:
            events.note(session, "invitation_sent", invitation_id=invitation_id)
    return number


def _settle(session: Session, chosen: Chosen, **values: Any) -> int:
    """Only what is uncertain at this moment; a worker that comes back from the dead changes it no more."""
    done = session.execute(
        sa.update(Delivery).where(_uncertain(chosen)).values(lease="", leased_until=None, **values),
        execution_options={"synchronize_session": False},
    )
    return done.rowcount  # type: ignore[attr-defined]


def _uncertain(chosen: Chosen) -> sa.ColumnElement[bool]:
    wanted = [Delivery.state == DeliveryState.UNCERTAIN]
    if chosen.campaign_id is not None:
        wanted.append(Delivery.campaign_id == chosen.campaign_id)
    if chosen.ids is not None:
        wanted.append(among(Delivery.id, chosen.ids))
    return sa.and_(*wanted)
