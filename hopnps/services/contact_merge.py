"""Lines whose fate is known -> new and changed contacts, each as one set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from hopnps.models.base import Moment
from hopnps.services.contact_fates import BLANK, NOTHING, TEXTS, contact
from hopnps.services.import_preview import Fate


def merge(session: Session, lined: sa.Table, made: Mapping[int, int], now: datetime) -> None:
    """Create and update the contacts of the lined-up lines; nothing else is touched.

    `made` gives the ids of the stores that were made for this file, by their negative numbers.
    """
    if made:
        session.execute(_placement(lined), [{"old": n, "new": id_} for n, id_ in made.items()])
    session.execute(_creation(lined, session, now))
    session.execute(_update(lined, session, now))
    session.expire_all()


def _creation(lined: sa.Table, session: Session, now: datetime) -> Any:
    given = [name for name in ("source", "email", "address", *TEXTS) if name in lined.c]
    values: dict[str, Any] = {name: lined.c[name] for name in given}
    values |= {name: BLANK for name in TEXTS if name not in lined.c}
    values["external_id"] = sa.func.nullif(lined.c.external_id, BLANK)
    values["store_id"] = lined.c.store if "store" in lined.c else NOTHING
    values["attributes"] = _attributes(lined, session)
    values["last_category"] = values["previous_category"] = BLANK
    values["created_at"] = values["updated_at"] = sa.literal(now, Moment)
    lines = sa.select(*(value.label(name) for name, value in values.items()))
    return sa.insert(contact).from_select(list(values), lines.where(lined.c.fate == Fate.CREATE))


def _update(lined: sa.Table, session: Session, now: datetime) -> Any:
    texts = [name for name in ("email", "address", *TEXTS) if name in lined.c]
    values: dict[str, Any] = {
        name: sa.case((lined.c[name] != BLANK, lined.c[name]), else_=contact.c[name])
        for name in texts
    }
    if "store" in lined.c:
        values["store_id"] = sa.func.coalesce(lined.c.store, contact.c.store_id)
    if "attributes" in lined.c:
        values["attributes"] = _merged(contact.c.attributes, _attributes(lined, session), session)
    values["updated_at"] = now
    return (
        sa.update(contact)
        .values(values)
        .where(contact.c.id == lined.c.contact_id, lined.c.fate == Fate.UPDATE)
    )


def _placement(lined: sa.Table) -> Any:
    old: Any = sa.bindparam("old")
    new: Any = sa.bindparam("new")
    return sa.update(lined).where(lined.c.store == old).values(store=new)


def _attributes(lined: sa.Table, session: Session) -> Any:
    nothing: Any = sa.literal_column("'{}'")
    if "attributes" not in lined.c:
        return nothing
    filled = sa.case((lined.c.attributes == BLANK, nothing), else_=lined.c.attributes)
    return sa.cast(filled, JSONB) if _is_postgresql(session) else filled


def _merged(known: Any, given: Any, session: Session) -> Any:
    if _is_postgresql(session):
        return sa.type_coerce(known, JSONB).op("||")(given)
    return sa.func.json_patch(known, given)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
