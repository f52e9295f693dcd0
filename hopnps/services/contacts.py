"""A contact as typed on a screen -> one row; identity and address are guarded as the import guards them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.address import normalise
from hopnps.domain.errors import N_, Invalid, Refused
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import CampaignSkip, Contact, Interaction, Invitation, Response, UploadChange
from hopnps.services import scopes
from hopnps.services.scopes import narrow

TEXTS = ("first_name", "last_name", "company", "phone", "language", "owner", "notes")


def save(
    session: Session,
    contact: Contact | None,
    *,
    email: str = "",
    source: str = "",
    external_id: str = "",
    store_id: int | None = None,
    tags: list[str] | None = None,
    attributes: dict[str, Any] | None = None,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    **texts: str,
) -> Contact:
    """A new contact (None) or a changed one; `texts` are those of TEXTS.

    Raises Invalid for an address that cannot be, an external id that is taken, and nothing to know somebody by.
    """
    contact = contact or Contact(created_at=now, last_category="", previous_category="")
    address = normalise(email)
    number = external_id.strip() or None
    with session.no_autoflush:
        _check_identity(session, contact, address, source.strip(), number, scope)
    contact.email, contact.address = email.strip(), address
    contact.source, contact.external_id = source.strip(), number
    contact.store_id, contact.tags = store_id, tags or []
    contact.attributes = attributes or {}
    for name in TEXTS:
        setattr(contact, name, texts.get(name, "").strip())
    contact.updated_at = now
    session.add(contact)
    session.flush()
    return contact


def remove(session: Session, contact: Contact) -> None:
    """Their orders and tickets go too. Raises Refused as `check_removal` does."""
    check_removal(session, contact)
    for table in (Interaction, CampaignSkip):
        session.execute(sa.delete(table).where(table.contact_id == contact.id))
    session.execute(sa.delete(UploadChange).where(UploadChange.row_id == contact.id))
    session.delete(contact)


def check_removal(session: Session, contact: Contact) -> None:
    """Raises Refused for somebody who was written to or has answered."""
    for column in (Invitation.contact_id, Response.contact_id):
        if session.scalar(sa.select(column).where(column == contact.id).limit(1)) is not None:
            raise Refused(
                N_("%(name)s stays: mails or answers belong to this contact."), name=contact.name
            )


def sharers(
    session: Session, contact: Contact, *, scope: Scope = WHOLE_HOUSE, limit: int = 3
) -> tuple[Sequence[Contact], bool]:
    """Other contacts of the same address that the scope sees, and whether there are more, seen or not."""
    if not contact.address:
        return [], False
    others = sa.select(Contact).where(Contact.address == contact.address, Contact.id != contact.id)
    there = session.scalars(others.order_by(Contact.id).limit(limit + 1)).all()
    seen = session.scalars(narrow(others, Contact, scope).order_by(Contact.id).limit(limit)).all()
    return seen, len(there) > len(seen)


def _check_identity(
    session: Session,
    contact: Contact,
    address: str,
    source: str,
    external_id: str | None,
    scope: Scope,
) -> None:
    """Who is in the way is named to whom may see them."""
    if not address and not external_id:
        raise Invalid(N_("An e-mail address or a client number is needed."), field="email")
    if external_id:
        holder = _other(session, contact, source=source, external_id=external_id)
        if holder and scopes.sees(holder, scope, session):
            raise Invalid(
                N_("%(name)s already has this client number."),
                field="external_id",
                name=holder.name,
            )
        if holder:
            raise Invalid(N_("Another client has this client number."), field="external_id")
    elif holder := _other(session, contact, address=address):
        if scopes.sees(holder, scope, session):
            raise Invalid(
                N_("%(name)s already has this address; a client number would tell them apart."),
                field="email",
                name=holder.name,
            )
        raise Invalid(
            N_("Another client has this address; a client number would tell them apart."),
            field="email",
        )


def _other(session: Session, contact: Contact, **values: Any) -> Contact | None:
    found = sa.select(Contact).filter_by(**values).limit(1)
    return session.scalar(found.where(Contact.id != contact.id) if contact.id else found)
