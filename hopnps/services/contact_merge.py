"""Lines whose fate is known -> new and changed contacts, each as one set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models.base import Moment
from hopnps.services.contact_fates import TEXTS, contact
from hopnps.services.import_preview import Fate
from hopnps.services.set_merge import BLANK, NOTHING, json_of, merged_json, text_or_known


def merge(session: Session, lined: sa.Table, now: datetime) -> None:
    """Create and update the contacts of the lined-up lines; nothing else is touched."""
    session.execute(_creation(lined, session, now))
    session.execute(_update(lined, session, now))
    session.expire_all()


def _creation(lined: sa.Table, session: Session, now: datetime) -> Any:
    values: dict[str, Any] = {name: lined.c[name] for name in ("source", "email", "address")}
    values |= {name: lined.c.get(name, BLANK) for name in TEXTS}
    values["external_id"] = sa.func.nullif(lined.c.external_id, BLANK)
    values["store_id"] = lined.c.store if "store" in lined.c else NOTHING
    values["attributes"] = json_of(lined, session)
    values["last_category"] = values["previous_category"] = BLANK
    values["created_at"] = values["updated_at"] = sa.literal(now, Moment)
    lines = sa.select(*(value.label(name) for name, value in values.items()))
    return sa.insert(contact).from_select(list(values), lines.where(lined.c.fate == Fate.CREATE))


def _update(lined: sa.Table, session: Session, now: datetime) -> Any:
    values = text_or_known(lined, contact, ("email", "address", *TEXTS))
    if "store" in lined.c:
        values["store_id"] = sa.func.coalesce(lined.c.store, contact.c.store_id)
    if "attributes" in lined.c:
        values["attributes"] = merged_json(contact.c.attributes, lined, session)
    values["updated_at"] = now
    return (
        sa.update(contact)
        .values(values)
        .where(contact.c.id == lined.c.contact_id, lined.c.fate == Fate.UPDATE)
    )
