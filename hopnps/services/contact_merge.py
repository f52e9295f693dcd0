"""Lines whose fate is known -> new and changed contacts, each as one set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models.base import Moment
from hopnps.services import import_notes
from hopnps.services.contact_fates import MOVED, TEXTS, contact
from hopnps.services.import_preview import Fate
from hopnps.services.set_merge import (
    BLANK,
    NOTHING,
    json_of,
    merged_json,
    text_or_known,
)


def merge(session: Session, lined: sa.Table, now: datetime, noted_for: int | None = None) -> None:
    """Create and update the contacts of the lined-up lines; nothing else is touched.

    `noted_for` is the upload for which is noted what changes, so that it can be taken back.
    """
    before = 0
    if noted_for is not None:
        import_notes.note_known(session, lined, noted_for)
        before = import_notes.last_number(session)
    session.execute(_update(lined, session, now))  # first: the table is as yet the smaller
    session.execute(_move(lined))
    session.execute(_creation(lined, session, now))
    if noted_for is not None:
        import_notes.note_new(session, before, now, noted_for)
    session.expire_all()


def _creation(lined: sa.Table, session: Session, now: datetime) -> Any:
    values = _new(lined, session, now)
    lines = sa.select(*values.values()).where(lined.c.fate == Fate.CREATE)
    return sa.insert(contact).from_select(list(values), lines)


def _update(lined: sa.Table, session: Session, now: datetime) -> Any:
    given = _new(lined, session, now)
    return _of_its_line(lined).values(_changed(lined, given, session, now))


def _new(lined: sa.Table, session: Session, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {name: lined.c[name] for name in ("source", "email", "address")}
    values |= {name: lined.c.get(name, BLANK) for name in TEXTS}
    values["external_id"] = sa.func.nullif(lined.c.external_id, BLANK)
    values["store_id"] = lined.c.get("store", NOTHING)
    values["attributes"] = json_of(lined, session)
    values["last_category"] = values["previous_category"] = BLANK
    values["created_at"] = values["updated_at"] = sa.literal(now, Moment)
    return values


def _changed(lined: sa.Table, given: Any, session: Session, now: datetime) -> dict[str, Any]:
    """What is written over a known contact: what the file says (`given`), where it says anything."""
    values = text_or_known(given, contact, [name for name in TEXTS if name in lined.c])
    if "store" in lined.c:
        values["store_id"] = sa.func.coalesce(given["store_id"], contact.c.store_id)
    if "attributes" in lined.c:
        values["attributes"] = merged_json(contact.c.attributes, given["attributes"], session)
    values["updated_at"] = sa.literal(now, Moment)
    return values


def _move(lined: sa.Table) -> Any:
    """New addresses apart: writing the old one again would cost as much, for its index is written too."""
    moved = _of_its_line(lined).where(lined.c.reason == MOVED)
    return moved.values(email=lined.c.email, address=lined.c.address)


def _of_its_line(lined: sa.Table) -> Any:
    its = sa.and_(lined.c.fate == Fate.UPDATE, contact.c.id == lined.c.contact_id)
    return sa.update(contact).where(its)
