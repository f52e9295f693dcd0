"""What a host hands in, one by one -> contacts and interactions, found again by their identity; twice is once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import contact_csv, interaction_csv
from hopnps.domain.address import normalise
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.domain.text import name_key
from hopnps.models import Contact, Interaction, Store
from hopnps.services.dialects import insert_missing

TEXTS = ("first_name", "last_name", "company", "phone", "language", "owner", "notes")


def upsert_contact(
    session: Session,
    *,
    source: str = "",
    external_id: str = "",
    email: str | None = None,
    store: str | None = None,
    tags: list[str] | None = None,
    attributes: Mapping[str, Any] | None = None,
    now: datetime,
    **texts: str | None,
) -> Contact:
    """The contact (source, external_id), or without external id the only one at the address; made if there is none.

    What is not given, or None, stays as it was; '' empties. `texts` are those of TEXTS, `store` is a name (an unknown
    store is made), `attributes` are laid over the known ones. Raises Invalid for what cannot be kept, Refused where
    several contacts bear the address.
    """
    if unknown := texts.keys() - set(TEXTS):
        raise TypeError(f"a contact has no {', '.join(sorted(unknown))}")
    given: dict[str, Any] = {n: _text(n, text) for n, text in texts.items() if text is not None}
    source, external_id = _text("source", source), _text("external_id", external_id)
    address = normalise(_clean(email or ""))
    if email is not None:
        given |= {"email": _clean(email), "address": address}
    if tags is not None:
        given["tags"] = [_text("owner", tag) for tag in tags]
    told = _told(attributes)
    contact = (
        _identified(session, source, external_id, now)
        if external_id
        else _at(session, address) or _new(session, source, now)
    )
    if store is not None:
        given["store"] = _store(session, store)
    _write(contact, given | {"attributes": {**contact.attributes, **told}}, now)
    session.flush()
    return contact


def record_interaction(
    session: Session,
    *,
    kind: str,
    reference: str,
    occurred_at: datetime,
    source: str = "",
    contact: Contact | None = None,
    external_id: str = "",
    contact_source: str | None = None,
    email: str = "",
    store: str | None = None,
    agent: str | None = None,
    data: Mapping[str, Any] | None = None,
    now: datetime,
) -> Interaction:
    """The interaction (source, kind, reference), made or changed: an order, a ticket, ...

    Whose it is: `contact`, or the one known by `external_id` in `contact_source` (else in `source`), or by `email`;
    an address that nobody bears becomes a contact. Raises Invalid for what cannot be kept, NotFound for an unknown
    external id without an address, Refused where several contacts bear the address.
    """
    if occurred_at.tzinfo is None:
        raise Invalid(N_("A moment needs its time zone."), field="occurred_at")
    identity = {
        "source": _text("source", source),
        "kind": interaction_csv.kind_of(_clean(kind)),
        "reference": _text("external_id", reference),
    }
    if not identity["reference"]:
        raise Invalid(N_("This field is needed."), field="reference")
    told = _told(data)
    whose = contact or _whose(
        session, source if contact_source is None else contact_source, external_id, email, now
    )
    values = {**identity, "occurred_at": occurred_at, "contact_id": whose.id, "agent": ""}
    values |= {"data": {}, "created_at": now}
    session.execute(insert_missing(session, Interaction, []).values(**values))
    found = session.execute(sa.select(Interaction).filter_by(**identity)).scalar_one()
    found.contact, found.occurred_at = whose, occurred_at
    found.store = found.store if store is None else _store(session, store)
    found.agent = found.agent if agent is None else _text("owner", agent)
    found.data = {**found.data, **told}
    session.flush()
    return found


def find_contact(session: Session, *, source: str, external_id: str) -> Contact | None:
    """The contact of this identity."""
    return session.scalar(sa.select(Contact).filter_by(source=source, external_id=external_id))


def _identified(session: Session, source: str, external_id: str, now: datetime) -> Contact:
    """Of two who hand in the same new contact at once, both get the one that was made."""
    identity = {"source": source, "external_id": external_id}
    values = {**identity, "email": "", "address": "", **_blank(now)}
    session.execute(insert_missing(session, Contact, []).values(**values))
    return session.execute(sa.select(Contact).filter_by(**identity)).scalar_one()


def _new(session: Session, source: str, now: datetime) -> Contact:
    contact = Contact(source=source, **_blank(now))
    session.add(contact)
    return contact


def _blank(now: datetime) -> dict[str, Any]:
    blank = dict.fromkeys((*TEXTS, "last_category", "previous_category"), "")
    return {**blank, "tags": [], "attributes": {}, "created_at": now, "updated_at": now}


def _at(session: Session, address: str) -> Contact | None:
    if not address:
        raise Invalid(N_("An e-mail address or a client number is needed."), field="email")
    found = session.scalars(sa.select(Contact).where(Contact.address == address).limit(2)).all()
    if len(found) > 1:
        raise Refused(N_("Several contacts have this address; give the client number."))
    return found[0] if found else None


def _whose(session: Session, source: str, external_id: str, email: str, now: datetime) -> Contact:
    if external_id and (known := find_contact(session, source=source, external_id=external_id)):
        return known
    if not email.strip():
        raise NotFound(N_("No contact has this address or client number."))
    return upsert_contact(session, source=source, external_id=external_id, email=email, now=now)


def _write(contact: Contact, given: Mapping[str, Any], now: datetime) -> None:
    changed = {name: value for name, value in given.items() if getattr(contact, name) != value}
    for name, value in changed.items():
        setattr(contact, name, value)
    if changed:
        contact.updated_at = now


def _store(session: Session, name: str) -> Store | None:
    """As an import would: found by its folded name, made if nobody knows it."""
    key = name_key(_text("owner", name))
    if not key:
        return None
    session.execute(insert_missing(session, Store, []).values(name=_clean(name), name_key=key))
    return session.execute(sa.select(Store).where(Store.name_key == key)).scalar_one()


def _told(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """What JSON can hold, and PostgreSQL too; a number stays a number, a date becomes its text."""
    written = json.dumps(dict(given or {}), default=str, allow_nan=False)
    return json.loads(written.replace("\\u0000", ""))


def _text(field: str, text: str) -> str:
    """Read as an import would read this field's cell."""
    cleaned = _clean(text)
    return contact_csv.READERS[field](cleaned) if cleaned else ""


def _clean(text: str) -> str:
    return str(text).replace("\0", "").strip()
