"""The last import of contacts and its notes -> what taking it back would do, and the rows as they were before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Refused
from hopnps.domain.text import name_key
from hopnps.models import Store, Upload
from hopnps.models.base import Base
from hopnps.services.contact_fates import contact
from hopnps.services.import_aftermath import aftermath
from hopnps.services.import_notes import KEPT, note
from hopnps.services.import_turn import take_turn
from hopnps.services.set_merge import is_postgresql

MOST_STORES = 500  # each is looked for among all contacts before it goes; others stay, unused
_MEANWHILE = N_("Somebody works with these clients right now. Try again in a moment.")


@dataclass(frozen=True)
class Plan:
    """`removed` clients go, `restored` ones are put back as they were, `stores` (by name) go too.

    `against` says how many of them were since "invited", "answered", "visited" (an order or a ticket), "left_out" of
    a campaign, or "changed": with any of them nothing is taken back.
    """

    removed: int
    restored: int
    stores: list[str] = field(default_factory=list)
    against: dict[str, int] = field(default_factory=dict)


def last(session: Session) -> int | None:
    """The number of the upload that can be taken back: the last one of contacts, if it was small enough to be noted."""
    return session.scalar(sa.select(note.c.upload_id).limit(1))


def is_possible(session: Session, upload: Upload) -> bool:
    """Whether this is that upload."""
    return last(session) == upload.id


def plan(session: Session, upload: Upload) -> Plan:
    """What take_back() would do now."""
    ours = note.c.upload_id == upload.id
    there = sa.select(sa.func.count()).select_from(
        note.join(contact, contact.c.id == note.c.row_id)
    )
    return Plan(
        removed=session.scalar(there.where(ours, note.c.was.is_(sa.null()))) or 0,
        restored=session.scalar(there.where(ours, note.c.was.is_not(sa.null()))) or 0,
        stores=[store.name for store in _stores(session, upload)],
        against=aftermath(session, upload),
    )


def take_back(session: Session, upload: Upload, *, by: str, now: datetime) -> None:
    """Remove whom the import made, put the others back as they were, remove the stores that nobody else uses.

    Raises Refused if anybody among them was written to, answered, or changed since, or if it was taken back already.
    """
    take_turn(session)
    if not is_possible(session, upload):
        raise Refused(N_("This import can no longer be taken back."))
    _hold(session, upload)
    if aftermath(session, upload):
        raise Refused(N_("This import can no longer be taken back: something happened since."))
    stores = [store.id for store in _stores(session, upload)]
    with _alone():
        session.execute(_put_back(session, upload))
        session.execute(sa.delete(contact).where(contact.c.id.in_(_noted(upload, new=True))))
        session.execute(sa.delete(Store).where(Store.id.in_(stores), _is_unused()))
    session.execute(sa.delete(note).where(note.c.upload_id == upload.id))
    upload.undone_at, upload.undone_by = now, by
    session.flush()
    session.expire_all()


def _noted(upload: Upload, *, new: bool) -> Any:
    """The numbers of the contacts it made, or of those it changed."""
    kind = note.c.was.is_(sa.null()) if new else note.c.was.is_not(sa.null())
    return sa.select(note.c.row_id).where(note.c.upload_id == upload.id, kind)


def _hold(session: Session, upload: Upload) -> None:
    """Until we are through nobody is invited or changed among them (SQLite has one writer anyway)."""
    if is_postgresql(session):
        numbers = sa.select(note.c.row_id).where(note.c.upload_id == upload.id)
        held = sa.select(contact.c.id).where(contact.c.id.in_(numbers)).order_by(contact.c.id)
        session.execute(sa.select(sa.func.count()).select_from(held.with_for_update().subquery()))


def _put_back(session: Session, upload: Upload) -> Any:
    values = {name: _former(session, name) for name in (*KEPT, "attributes")}
    was_known = sa.and_(note.c.upload_id == upload.id, note.c.was.is_not(sa.null()))
    return sa.update(contact).where(was_known, contact.c.id == note.c.row_id).values(values)


def _former(session: Session, name: str) -> Any:
    """A value out of a note, as the type of its column; SQLite's JSON gives back what was put in."""
    if not is_postgresql(session):
        return sa.func.json_extract(note.c.was, f"$.{name}", type_=sa.types.NullType())
    was = sa.type_coerce(note.c.was, JSONB)[name]
    if name == "attributes":
        return was
    wanted: dict[str, Any] = {"store_id": sa.BigInteger(), "updated_at": sa.DateTime(timezone=True)}
    return sa.cast(was.astext, wanted[name]) if name in wanted else was.astext


def _stores(session: Session, upload: Upload) -> list[Any]:
    """The stores it made, as far as nobody else uses them or has given them another name or place."""
    keys = [name_key(name) for name in upload.summary.get("new_stores", [])][:MOST_STORES]
    its_own = sa.select(note.c.row_id).where(note.c.upload_id == upload.id)
    named = sa.select(Store.id, Store.name).where(Store.name_key.in_(keys), _is_unused(its_own))
    return list(session.execute(named.order_by(Store.name_key))) if keys else []


def _is_unused(but_by: sa.Select[Any] | None = None) -> Any:
    """No row of ours refers to the store, and it lies in no region; `but_by` selects contacts that do not count."""
    store: Any = Store.__table__
    conditions = [store.c.region_id.is_(None)]
    for column in _columns_of_stores(store):
        used = sa.select(column).where(column.is_not(None))
        if but_by is not None and column.table is contact:
            used = used.where(contact.c.id.not_in(but_by))
        conditions.append(store.c.id.not_in(used))
    return sa.and_(*conditions)


def _columns_of_stores(store: Any) -> Iterator[Any]:
    for table in Base.metadata.sorted_tables:
        yield from (column for column in table.columns if column.references(store.c.id))


@contextmanager
def _alone() -> Iterator[None]:
    """Whoever wrote meanwhile something that belongs to one of these clients comes first; we say so in words."""
    try:
        yield
    except sa.exc.IntegrityError as fault:
        raise Refused(_MEANWHILE) from fault
