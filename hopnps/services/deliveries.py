"""Claimed rows whose mails did not leave -> waiting again; what a dead worker held -> waiting or uncertain.

The start of DATA is recorded before a mail leaves (see services.outcomes), so that whatever breaks afterwards
leaves it `uncertain`, and whatever breaks before leaves it waiting.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_
from hopnps.models import Delivery, DeliveryState

WORKER_STOPPED = N_("The worker stopped while this mail was leaving.")
_QUIET = {"synchronize_session": False}


class Mail(Protocol):
    """What `services.letters` writes."""

    @property
    def sender(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def wire(self) -> bytes: ...


class Outgoing(NamedTuple):
    """A claimed delivery with its ready mail, free of the database, so that nothing is open while it travels."""

    delivery_id: int
    invitation_id: int | None  # None: a notice to a colleague
    address_id: int | None
    campaign_id: int | None
    lease: str
    attempts: int
    first_tried_at: datetime | None
    mail: Mail


def any_due(session: Session, *, now: datetime) -> bool:
    """Whether a mail should have left by now."""
    due = sa.exists().where(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= now)
    return bool(session.scalar(sa.select(due)))


def take_back_lapsed(session: Session, *, now: datetime) -> int:
    """What a dead worker held: waiting again if its mail cannot have left, else uncertain; how many."""
    lapsed = sa.and_(Delivery.state == DeliveryState.SENDING, Delivery.leased_until < now)
    began = Delivery.data_at.isnot(None)
    doubtful = _update(
        session,
        sa.and_(lapsed, began),
        state=DeliveryState.UNCERTAIN,
        reason=WORKER_STOPPED,
        leased_until=None,
    )
    return doubtful + _update(
        session,
        sa.and_(lapsed, ~began),
        state=DeliveryState.WAITING,
        lease="",
        leased_until=None,
    )


def _update(session: Session, where: sa.ColumnElement[bool], **values: Any) -> int:
    done = session.execute(
        sa.update(Delivery).where(where).values(**values), execution_options=_QUIET
    )
    return done.rowcount  # type: ignore[attr-defined]
