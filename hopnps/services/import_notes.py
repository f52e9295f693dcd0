"""Lined-up contacts and the rows they mean -> what the import changes, noted as sets, so that it can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import UploadChange
from hopnps.models.base import Moment
from hopnps.services.contact_fates import TEXTS, contact
from hopnps.services.import_preview import Fate, Preview
from hopnps.services.set_merge import NOTHING, is_postgresql

MOST = 200_000  # changed rows that are noted; an import of more cannot be taken back
KEPT = (*TEXTS, "email", "address", "store_id", "updated_at")  # beside the attributes

note: Any = UploadChange.__table__


def can_be_noted(told: Preview) -> bool:
    """Whether an import that does this can be taken back afterwards."""
    return told.created + told.updated <= MOST


def forget(session: Session) -> None:
    """The notes of an earlier import go: only the last one can be taken back."""
    session.execute(sa.delete(note))


def note_known(session: Session, lined: sa.Table, upload_id: int) -> None:
    """Before the update: what the contacts that it changes were."""
    changed = sa.and_(lined.c.fate == Fate.UPDATE, contact.c.id == lined.c.contact_id)
    _note(session, upload_id, sa.select(contact.c.id, _as_json(session)).where(changed))


def last_number(session: Session) -> int:
    """The highest number of a contact, before new ones are made."""
    return session.scalar(sa.select(sa.func.coalesce(sa.func.max(contact.c.id), 0))) or 0


def note_new(session: Session, before: int, now: datetime, upload_id: int) -> None:
    """After the creation: whoever was made at this very moment, with a number above `before`."""
    made = sa.and_(contact.c.id > before, contact.c.created_at == sa.literal(now, Moment))
    _note(session, upload_id, sa.select(contact.c.id, NOTHING).where(made))


def _note(session: Session, upload_id: int, rows: sa.Select[Any]) -> None:
    found = rows.add_columns(sa.literal(upload_id, sa.Integer))
    names = ["row_id", "was", "upload_id"]
    session.execute(sa.insert(note).from_select(names, found))


def _as_json(session: Session) -> Any:
    """A contact's values as one JSON object of the database."""
    pairs: list[Any] = [part for name in KEPT for part in (_key(name), contact.c[name])]
    attributes: Any = contact.c.attributes
    if is_postgresql(session):
        return sa.func.jsonb_build_object(*pairs, _key("attributes"), attributes)
    return sa.func.json_object(*pairs, _key("attributes"), sa.func.json(attributes))


def _key(name: str) -> Any:
    return sa.literal_column(f"'{name}'")
