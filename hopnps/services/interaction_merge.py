"""Lines whose fate is known -> new and changed interactions, and the contacts that only they name, as sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models.base import Moment
from hopnps.services.import_preview import Fate
from hopnps.services.interaction_fates import NEW_CONTACT, contact, contact_source, interaction
from hopnps.services.set_merge import (
    BLANK,
    NOTHING,
    json_of,
    merged_json,
    text_or_known,
)


def merge(session: Session, lined: sa.Table, now: datetime) -> None:
    """Create and update what line_up() found; nothing else is touched."""
    session.execute(_new_contacts(lined, session, now))
    session.execute(_introduction(lined))
    session.execute(_creation(lined, session, now))
    session.execute(_update(lined, session))
    session.expire_all()


def _new_contacts(lined: sa.Table, session: Session, now: datetime) -> Any:
    """One contact for each address that nobody bore; line_up() made sure of at most one external id."""
    identified = lined.c.external_id != BLANK
    source = contact_source(lined)
    values: dict[str, Any] = {
        "source": sa.func.coalesce(sa.func.max(sa.case((identified, source))), sa.func.max(source)),
        "external_id": sa.func.nullif(sa.func.max(lined.c.external_id), BLANK),
        "email": sa.func.max(lined.c.email),
        "address": lined.c.address,
        "store_id": sa.func.max(lined.c.store) if "store" in lined.c else NOTHING,
        "attributes": sa.literal({}, contact.c.attributes.type),
        "created_at": sa.literal(now, Moment),
        "updated_at": sa.literal(now, Moment),
    }
    others = ("first_name", "last_name", "company", "phone", "language", "owner", "tags", "notes")
    values |= dict.fromkeys((*others, "last_category", "previous_category"), BLANK)
    lines = (
        sa.select(*(value.label(name) for name, value in values.items()))
        .where(lined.c.reason == NEW_CONTACT, lined.c.fate.in_([Fate.CREATE, Fate.UPDATE]))
        .group_by(lined.c.address)
        .order_by(lined.c.address)
    )
    return sa.insert(contact).from_select(list(values), lines)


def _introduction(lined: sa.Table) -> Any:
    """The lines learn the ids of the contacts that were just made for them."""
    theirs = sa.select(contact.c.id).where(contact.c.address == lined.c.address).scalar_subquery()
    return (
        sa.update(lined)
        .where(lined.c.reason == NEW_CONTACT, lined.c.fate.in_([Fate.CREATE, Fate.UPDATE]))
        .values(contact_id=theirs)
    )


def _creation(lined: sa.Table, session: Session, now: datetime) -> Any:
    told = ("source", "kind", "reference", "occurred_at", "contact_id")
    values: dict[str, Any] = {name: lined.c[name] for name in told}
    values["agent"] = lined.c.get("agent", BLANK)
    values["store_id"] = lined.c.get("store", NOTHING)
    values["data"] = json_of(lined, session)
    values["created_at"] = sa.literal(now, Moment)
    lines = sa.select(*(value.label(name) for name, value in values.items()))
    lines = lines.where(lined.c.fate == Fate.CREATE)
    return sa.insert(interaction).from_select(list(values), lines)


def _update(lined: sa.Table, session: Session) -> Any:
    values = text_or_known(lined.c, interaction, ["agent"] if "agent" in lined.c else [])
    values |= {name: lined.c[name] for name in ("occurred_at", "contact_id")}
    if "store" in lined.c:
        values["store_id"] = sa.func.coalesce(lined.c.store, interaction.c.store_id)
    if "attributes" in lined.c:
        values["data"] = merged_json(interaction.c.data, json_of(lined, session), session)
    return (
        sa.update(interaction)
        .values(values)
        .where(interaction.c.id == lined.c.interaction_id, lined.c.fate == Fate.UPDATE)
    )
