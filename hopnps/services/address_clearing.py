"""Somebody's word that an address may be written to again -> the address without what stood against it, and a note of it.

A mailbox that works again is a fact, which a colleague may know. An unsubscription is the person's own wish: it is
undone only at their request, which is kept in words.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.models import Address, AddressClearing, ClearingKind
from hopnps.services import addresses

LONGEST_REQUEST = 1_000


def find(session: Session, email: str) -> Address:
    """What is known of a normalised address. Raises NotFound."""
    address = addresses.find(session, email)
    if address is None:
        raise NotFound(N_("Nothing is known of the address %(email)s."), email=email)
    return address


def obstacle(address: Address | None) -> ClearingKind | None:
    """What stands against writing to it; a wish weighs more than a mailbox that does not work."""
    if address is None:
        return None
    if address.unsubscribed_at is not None:
        return ClearingKind.UNSUBSCRIPTION
    return ClearingKind.BOUNCE if address.bounced_at is not None else None


def clear(session: Session, address: Address, *, request: str = "", by: str, now: datetime) -> None:
    """It may be written to again. Without a `request` of the person an unsubscription stays.

    Raises Refused if nothing stands against it, Invalid if their request is missing.
    """
    session.refresh(address, with_for_update=True)
    if obstacle(address) is None:
        raise Refused(N_("Nothing stands against writing to %(email)s."), email=address.email)
    if address.unsubscribed_at is not None:
        _undo_unsubscription(session, address, request.strip()[:LONGEST_REQUEST], by, now)
    if address.bounced_at is not None:
        _note(session, address, ClearingKind.BOUNCE, address.bounced_at, by, now, request="")
        address.bounced_at, address.bounce_reason = None, ""
    session.flush()


def cleared_at(session: Session, address: Address) -> datetime | None:
    """When it was last said to work again: what came back before counts no more."""
    return session.scalar(
        sa.select(sa.func.max(AddressClearing.at, type_=AddressClearing.at.type)).where(
            AddressClearing.address_id == address.id, AddressClearing.kind == ClearingKind.BOUNCE
        )
    )


def _undo_unsubscription(
    session: Session, address: Address, request: str, by: str, now: datetime
) -> None:
    if not request:
        raise Invalid(
            N_(
                "%(email)s asked to receive no more mails. Only they can take that back: say when and how they asked for it."
            ),
            field="request",
            email=address.email,
        )
    assert address.unsubscribed_at is not None, "looked at before"
    kind = ClearingKind.UNSUBSCRIPTION
    _note(session, address, kind, address.unsubscribed_at, by, now, request=request)
    address.unsubscribed_at = None


def _note(
    session: Session,
    address: Address,
    kind: ClearingKind,
    since: datetime,
    by: str,
    now: datetime,
    *,
    request: str,
) -> None:
    words = address.bounce_reason if kind is ClearingKind.BOUNCE else ""
    said = {"kind": kind, "since": since, "words": words, "request": request, "by": by, "at": now}
    session.add(AddressClearing(address_id=address.id, **said))
