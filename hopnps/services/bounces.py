"""What came back -> a row beside its delivery, and an address that nothing writes to any more, if it is that bad.

Whoever writes to the bounces' mailbox says what they like: what counts is our signature in the address to which it
came, or one of our Message-IDs together with the address to which that mail went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain import verp
from hopnps.domain.bounce_class import BounceClass
from hopnps.domain.bounce_report import Verdict
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import (
    Address,
    Bounce,
    BounceKind,
    Campaign,
    Delivery,
    DeliveryState,
    Invitation,
)
from hopnps.services import address_clearing, addresses, uncertain_mails, unsubscriptions
from hopnps.services.dialects import insert_missing
from hopnps.services.scopes import within
from hopnps.services.uncertain_mails import Chosen

SOFT_IN_A_ROW = 3
SOFT_OVER = timedelta(days=7)
_OURS = re.compile(r"<(\d{1,18})\.(\d{1,9})\.\d+@", re.ASCII)


class Fate(StrEnum):
    """What became of what came in; `unknown` is forged, or about a mail that we never sent."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    NO_BOUNCE = "no bounce"


def record(session: Session, verdict: Verdict, *, keys: Sequence[str], now: datetime) -> Fate:
    """Keep a bounce and draw its consequences; `keys` are those of the links, which sign return paths too."""
    delivery = _signed(session, verdict, keys) or _named(session, verdict)
    if delivery is not None:
        _settle(session, delivery, verdict)
    if verdict.kind is BounceClass.NONE:
        return Fate.NO_BOUNCE
    if delivery is None:
        return Fate.UNKNOWN
    address = delivery.invitation.address if delivery.invitation else None
    if not _kept(session, delivery, address, verdict, now):
        return Fate.REPEATED
    if address is not None:
        _draw_consequences(session, address, delivery, verdict, now)
    return Fate.RECORDED


def returned(session: Session, campaign: Campaign, *, scope: Scope = WHOLE_HOUSE) -> int:
    """How many mails of a campaign came back or were complained about, among the clients of this scope."""
    counted = sa.select(sa.func.count(sa.distinct(Bounce.delivery_id))).join(Bounce.delivery)
    counted = counted.where(Delivery.campaign_id == campaign.id)
    if not scope.whole:
        counted = counted.join(Delivery.invitation).where(within(Invitation, scope))
    return session.scalar(counted) or 0


def _signed(session: Session, verdict: Verdict, keys: Sequence[str]) -> Delivery | None:
    for text in verdict.return_paths:
        delivery_id = verp.read(text, keys)
        if delivery_id is not None:
            return session.scalar(_known().where(Delivery.id == delivery_id))
    return None


def _named(session: Session, verdict: Verdict) -> Delivery | None:
    """By our Message-ID, which anybody may guess, and the address to which that mail went, which they may not."""
    for message_id in verdict.message_ids:
        ours = _OURS.match(message_id)
        if ours is None or not verdict.address:
            continue
        found = session.scalar(
            _known().where(
                Delivery.invitation_id == int(ours[1]),
                Delivery.number == int(ours[2]),
                Delivery.message_id == message_id,
            )
        )
        if found and found.invitation.address.email == verdict.address:
            return found
    return None


def _known() -> sa.Select[Delivery]:
    return sa.select(Delivery).options(
        joinedload(Delivery.invitation).joinedload(Invitation.address)
    )


def _settle(session: Session, delivery: Delivery, verdict: Verdict) -> None:
    """Whatever is answered to a mail proves that it had left: it is in doubt no more, and never sent again."""
    if delivery.state == DeliveryState.UNCERTAIN:
        words = verdict.reason or verdict.status
        uncertain_mails.count_as_sent(session, Chosen(ids=[delivery.id]), words=words)
        session.refresh(delivery)


def _kept(
    session: Session, delivery: Delivery, address: Address | None, verdict: Verdict, now: datetime
) -> bool:
    """Whether this was not told before, by this way or another."""
    made = session.scalar(
        insert_missing(session, Bounce, [])
        .values(
            delivery_id=delivery.id,
            address_id=address.id if address else None,
            kind=verdict.kind.value,
            status=verdict.status,
            reason=verdict.reason,
            fingerprint=f"{delivery.id}/{verdict.kind}/{verdict.status}",
            received_at=now,
        )
        .returning(Bounce.id)
    )
    return made is not None


def _draw_consequences(
    session: Session, address: Address, delivery: Delivery, verdict: Verdict, now: datetime
) -> None:
    """A refusal by policy has none: the address is as good as before."""
    words = verdict.reason or verdict.status
    if verdict.kind is BounceClass.COMPLAINT:
        unsubscriptions.unsubscribe(session, address, now=now)
    elif verdict.kind is BounceClass.HARD or (
        verdict.kind is BounceClass.SOFT and _gives_up(session, address, delivery)
    ):
        addresses.suppress(session, address.id, words, now=now)


def _gives_up(session: Session, address: Address, delivery: Delivery) -> bool:
    """Whether this mail stands in a row of soft bounces, long enough, that no mail which arrived interrupts."""
    for soft, told in groupby(_sendings(session, address), key=lambda one: one[2]):
        row = list(told)
        if soft and any(delivery_id == delivery.id for delivery_id, _at, _soft in row):
            return len(row) >= SOFT_IN_A_ROW and row[-1][1] - row[0][1] >= SOFT_OVER
    return False


def _sendings(session: Session, address: Address) -> Iterator[tuple[int, datetime, bool]]:
    """The mails that left for an address, in order: id, moment, and whether it came back softly.

    One that was refused by policy says nothing about the address, neither good nor bad; nor do those from before it
    was said to work again.
    """
    cleared_at = address_clearing.cleared_at(session, address)
    at = sa.func.coalesce(
        Delivery.sent_at, Delivery.data_at, Delivery.due_at, type_=Delivery.due_at.type
    )
    came_back = sa.select(Bounce.kind).where(Bounce.delivery_id == Delivery.id)
    soft = came_back.where(Bounce.kind == BounceKind.SOFT).exists()
    any_kind = came_back.exists()
    rows = session.execute(
        sa.select(Delivery.id, at, soft)
        .join(Delivery.invitation)
        .where(
            Invitation.address_id == address.id,
            sa.or_(soft, sa.and_(Delivery.state == DeliveryState.SENT, ~any_kind)),
            at > cleared_at if cleared_at else sa.true(),
        )
        .order_by(at, Delivery.id)
    )
    return ((row[0], row[1], bool(row[2])) for row in rows)
