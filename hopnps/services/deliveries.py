"""Claimed rows -> mails on their way; what did not leave goes back, what a dead worker held is sorted.

The start of DATA is recorded before a mail leaves (see services.outcomes), so that whatever breaks afterwards
leaves it `uncertain`, and whatever breaks before leaves it waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.errors import N_
from hopnps.models import (
    Brand,
    Contact,
    Delivery,
    DeliveryState,
    Invitation,
    Survey,
    TemplateVersion,
)
from hopnps.services.leases import mine

WORKER_STOPPED = N_("The worker stopped while this mail was leaving.")
_QUIET = {"synchronize_session": False}


class Mail(Protocol):
    """What `services.mails.compose` makes."""

    @property
    def sender(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def content(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed delivery with its ready mail, free of the database, so that nothing is open while it travels."""

    delivery_id: int
    invitation_id: int | None  # None: a notice to a colleague
    address_id: int | None
    campaign_id: int | None
    lease: str
    attempts: int
    first_tried_at: datetime | None
    mail: Mail


def write(
    session: Session, lease: str, compose: Callable[[Delivery], Mail]
) -> tuple[list[Outgoing], list[tuple[int, Exception]]]:
    """The mails of a claimed batch, oldest first, and the deliveries that could not be written with the error of each.

    `compose` turns a delivery into its mail.
    """
    ready: list[Outgoing] = []
    faults: list[tuple[int, Exception]] = []
    for delivery in _held(session, lease):
        try:
            mail = compose(delivery)
        except Exception as error:  # one bad row must not hold up the others
            faults.append((delivery.id, error))
            continue
        ready.append(
            Outgoing(
                delivery_id=delivery.id,
                invitation_id=delivery.invitation_id,
                address_id=delivery.invitation.address_id if delivery.invitation else None,
                campaign_id=delivery.campaign_id,
                lease=lease,
                attempts=delivery.attempts,
                first_tried_at=delivery.first_tried_at,
                mail=mail,
            )
        )
    return ready, faults


def give_back(session: Session, lease: str) -> int:
    """What this lease holds and never began goes back to the waiting, at once; how many."""
    return _update(
        session,
        sa.and_(mine(lease), Delivery.data_at.is_(None)),
        state=DeliveryState.WAITING,
        lease="",
        leased_until=None,
    )


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


def _held(session: Session, lease: str) -> Sequence[Delivery]:
    """The claimed rows with everything that writing their mails needs."""
    invitation = joinedload(Delivery.invitation)
    survey = invitation.joinedload(Invitation.survey)
    return session.scalars(
        sa.select(Delivery)
        .where(mine(lease))
        .order_by(Delivery.due_at, Delivery.id)
        .options(
            joinedload(Delivery.notice),
            invitation.joinedload(Invitation.address),
            invitation.joinedload(Invitation.contact).joinedload(Contact.store),
            invitation.joinedload(Invitation.interaction),
            survey.joinedload(Survey.brand).joinedload(Brand.logo),
            survey.selectinload(Survey.texts),
            invitation.selectinload(Invitation.survey_version),
            invitation.joinedload(Invitation.template_version).selectinload(TemplateVersion.texts),
        )
        .execution_options(populate_existing=True)
    ).all()


def _update(session: Session, where: sa.ColumnElement[bool], **values: Any) -> int:
    done = session.execute(
        sa.update(Delivery).where(where).values(**values), execution_options=_QUIET
    )
    return done.rowcount  # type: ignore[attr-defined]
