"""Staged lines + the contacts there are -> whose each line is, and what becomes of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Contact
from hopnps.services.import_preview import Fate
from hopnps.services.set_merge import (
    BLANK,
    NOTHING,
    contacts_at,
    in_bytes,
    insert_lines,
    is_postgresql,
    part_twins,
    says_other_json,
    says_other_store,
    says_other_text,
)
from hopnps.services.staging import count_values

contact: Any = Contact.__table__
TEXTS = ("first_name", "last_name", "company", "phone", "language", "owner", "tags", "notes")

# why a line is at fault, or what else to say of it; services.contact_import has the words
SHARED, NOBODY, ELSEWHERE, MOVED = "shared", "nobody", "elsewhere", "moved"


def line_up(session: Session, staged: sa.Table, lined: sa.Table) -> None:
    """Find each line's contact and fate; the lines come to stand in the order of the contacts, or of their index."""
    insert_lines(session, lined, _known_by_id(staged, session))
    if not is_postgresql(session):
        session.execute(_comparison(lined, session))
    if session.scalar(sa.select(sa.exists().where(staged.c.external_id == BLANK))):
        insert_lines(session, lined, _known_by_address(staged, session))
        _refuse_elsewhere(session, lined)
    count_values(session, lined, "fate")
    told = [column.name for column in staged.columns if column.name != "line"]
    part_twins(session, lined, _identity, told)


def _known_by_id(staged: sa.Table, session: Session) -> sa.Select[Any]:
    """PostgreSQL compares while it joins; SQLite looks the index up alone, and compares once lines are in order."""
    identity = sa.and_(
        contact.c.source == staged.c.source, contact.c.external_id == staged.c.external_id
    )
    fate, reason = _fate(staged, session), _moved(staged)
    if not is_postgresql(session):
        fate, reason = sa.case((contact.c.id.is_(None), Fate.CREATE), else_=Fate.UPDATE), NOTHING
    return (
        _lines(staged, NOTHING, fate, reason)
        .select_from(staged.outerjoin(contact, identity))
        .where(staged.c.external_id != BLANK)
        .order_by(contact.c.id, in_bytes(staged.c.external_id, session), staged.c.source)
    )


def _comparison(lined: sa.Table, session: Session) -> Any:
    """Lines of known contacts that say nothing new, or a new address: reads the contacts from first to last."""
    fate, reason = _fate(lined, session), _moved(lined)
    other = sa.or_(fate != Fate.UPDATE, reason.is_not(None))
    known = sa.and_(contact.c.id == lined.c.contact_id, other)
    return sa.update(lined).where(known).values(fate=fate, reason=reason)


def _known_by_address(staged: sa.Table, session: Session) -> sa.Select[Any]:
    """Lines without external id: our own reference first, else the only contact at the address."""
    at = contacts_at(
        sa.select(staged.c.address).where(staged.c.external_id == BLANK, staged.c.address != BLANK)
    )
    rows: Any = staged.outerjoin(at, at.c.address == staged.c.address)
    bearers, found = _whose(staged, at)
    if "own_id" in staged.c:
        rows = rows.outerjoin(_OWN, _is_own(staged))
    rows = rows.outerjoin(contact, contact.c.id == found)
    nobody = sa.and_(contact.c.id.is_(None), staged.c.address == BLANK)
    fate = sa.case((bearers > 1, Fate.FAULT), (nobody, Fate.FAULT), else_=_fate(staged, session))
    reason = sa.case((bearers > 1, SHARED), (nobody, NOBODY), else_=_moved(staged))
    return (
        _lines(staged, bearers, fate, reason)
        .select_from(rows)
        .where(staged.c.external_id == BLANK)
        .order_by(contact.c.id, staged.c.address)
    )


def _identity(lined: Any) -> list[Any]:
    anonymous = _anonymous_identity(lined.c.contact_id, lined)
    known = (lined.c.external_id != BLANK, lined.c.source)
    return [lined.c.external_id, sa.case(known, else_=anonymous)]


def _anonymous_identity(contact_id: Any, lines: Any) -> Any:
    """Who a line without external id is: a contact, or whoever will be at its address."""
    return sa.case((contact_id.is_(None), lines.c.address), else_=sa.cast(contact_id, sa.Text))


_OWN = contact.alias("own")


def _is_own(staged: sa.Table) -> Any:
    return sa.and_(
        _OWN.c.id == staged.c.own_id,
        _OWN.c.created_at == staged.c.own_at,
        _OWN.c.external_id.is_(None),
    )


def _whose(staged: sa.Table, at: sa.Subquery) -> tuple[Any, Any]:
    """How many contacts a line may mean (NULL if it bears our own reference), and the one it means."""
    found: Any = sa.case((at.c.bearers == 1, at.c.contact_id))
    if "own_id" not in staged.c:
        return sa.func.coalesce(at.c.bearers, 0), found
    bearers = sa.case((_OWN.c.id.is_(None), sa.func.coalesce(at.c.bearers, 0)))
    return bearers, sa.func.coalesce(_OWN.c.id, found)


def _lines(staged: sa.Table, bearers: Any, fate: Any, reason: Any) -> sa.Select[Any]:
    return sa.select(
        *staged.c,
        contact.c.id.label("contact_id"),
        bearers.label("bearers"),
        fate.label("fate"),
        reason.label("reason"),
    )


def _fate(staged: sa.Table, session: Session) -> Any:
    """Blank cells say nothing; a line that says nothing new leaves its contact unchanged."""
    says_other = [
        *says_other_text(staged, contact, ("email", "address", *TEXTS)),
        *says_other_store(staged, contact),
        *says_other_json(staged, contact.c.attributes, session),
    ]
    return sa.case(
        (contact.c.id.is_(None), Fate.CREATE),
        (sa.or_(*says_other), Fate.UPDATE),
        else_=Fate.UNCHANGED,
    )


def _moved(staged: sa.Table) -> Any:
    new = sa.or_(*says_other_text(staged, contact, ("email", "address")))
    return sa.case((new, MOVED))


def _refuse_elsewhere(session: Session, lined: sa.Table) -> None:
    """A line without external id, whose person also stands on a line with one: who is meant is unclear."""
    identified = lined.c.external_id != BLANK
    addresses = sa.select(lined.c.address).where(identified, lined.c.address != BLANK)
    contacts = sa.select(lined.c.contact_id).where(identified, lined.c.contact_id.is_not(None))
    by_address = lined.c.bearers.is_not(None)
    unclear = sa.or_(
        sa.and_(by_address, lined.c.address.in_(addresses)), lined.c.contact_id.in_(contacts)
    )
    session.execute(
        sa.update(lined)
        .where(lined.c.external_id == BLANK, lined.c.fate != Fate.FAULT, unclear)
        .values(fate=Fate.FAULT, reason=ELSEWHERE)
    )
