"""Staged lines + the contacts there are -> whose each line is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from hopnps.models import Contact
from hopnps.models.base import Moment, TagList
from hopnps.services.import_preview import Fate

STAGED, LINED_UP = "nps_staged_contact", "nps_lined_up_contact"
TEXTS = ("first_name", "last_name", "company", "phone", "language", "owner", "tags", "notes")
contact: Any = Contact.__table__
BLANK: Any = sa.literal_column("''")
NOTHING: Any = sa.literal_column("NULL")

# why a line is at fault or left out; services.contact_import has the words
SHARED, NOBODY, TWIN, SAME, ELSEWHERE = "shared", "nobody", "twin", "same", "elsewhere"


def staged_columns(fields: Iterable[str]) -> list[sa.Column[Any]]:
    """The stage of a file that has these fields."""
    types: dict[str, Any] = {
        "own_id": sa.BigInteger,
        "own_at": Moment,
        "store": sa.BigInteger,
        "tags": TagList,
    }
    line = sa.Column("line", sa.BigInteger, nullable=False)
    return [line] + [
        sa.Column(field, types.get(field, sa.Text), nullable=field in ("own_id", "own_at", "store"))
        for field in fields
    ]


def lined_up_columns(staged: sa.Table) -> list[sa.Column[Any]]:
    """The stage again, sorted, and what was found out: whose line it is, its fate, and the line it repeats."""
    return [
        *(sa.Column(column.name, column.type) for column in staged.columns),
        sa.Column("contact_id", sa.BigInteger),
        sa.Column("bearers", sa.BigInteger),
        sa.Column("fate", sa.Text),
        sa.Column("first", sa.BigInteger),
        sa.Column("reason", sa.Text),
    ]


def line_up(session: Session, staged: sa.Table, lined: sa.Table) -> None:
    """Find each line's contact and fate; the lines come to stand in the order of the contacts' index."""
    _insert(session, lined, _known_by_id(staged, session))
    anonymous = sa.select(sa.exists().where(staged.c.external_id == BLANK))
    if session.scalar(anonymous):
        _insert(session, lined, _known_by_address(staged, session))
        _refuse_elsewhere(session, lined)
    _part_twins(session, lined)


def _insert(session: Session, lined: sa.Table, lines: sa.Select[Any]) -> None:
    names = [column.name for column in lines.selected_columns]
    session.execute(sa.insert(lined).from_select(names, lines))


def _known_by_id(staged: sa.Table, session: Session) -> sa.Select[Any]:
    identity = sa.and_(
        contact.c.source == staged.c.source, contact.c.external_id == staged.c.external_id
    )
    key = (staged.c.source, staged.c.external_id)
    return (
        sa.select(
            *staged.c,
            contact.c.id.label("contact_id"),
            NOTHING.label("bearers"),
            sa.case(
                (contact.c.id.is_(None), Fate.CREATE),
                (_differs(staged, session), Fate.UPDATE),
                else_=Fate.UNCHANGED,
            ).label("fate"),
            _first_of(staged, *key),
            NOTHING.label("reason"),
        )
        .select_from(staged.outerjoin(contact, identity))
        .where(staged.c.external_id != BLANK)
        .order_by(*key)
    )


def _known_by_address(staged: sa.Table, session: Session) -> sa.Select[Any]:
    """Lines without external id: our own reference first, else the only contact at the address."""
    at = _contacts_at_addresses(staged)
    found: Any = sa.case((at.c.bearers == 1, at.c.contact_id))
    bearers: Any = at.c.bearers
    rows: Any = staged.outerjoin(at, at.c.address == staged.c.address)
    if "own_id" in staged.c:
        own = contact.alias("own")
        rows = rows.outerjoin(
            own,
            sa.and_(
                own.c.id == staged.c.own_id,
                own.c.created_at == staged.c.own_at,
                own.c.external_id.is_(None),
            ),
        )
        found = sa.func.coalesce(own.c.id, found)
        bearers = sa.case((own.c.id.is_(None), at.c.bearers))
    rows = rows.outerjoin(contact, contact.c.id == found)
    key = sa.case((contact.c.id.is_(None), staged.c.address), else_=sa.cast(contact.c.id, sa.Text))
    fate = sa.case(
        (bearers > 1, Fate.FAULT),
        (sa.and_(contact.c.id.is_(None), staged.c.address == BLANK), Fate.FAULT),
        (contact.c.id.is_(None), Fate.CREATE),
        (_differs(staged, session), Fate.UPDATE),
        else_=Fate.UNCHANGED,
    )
    reason = sa.case(
        (bearers > 1, SHARED),
        (sa.and_(contact.c.id.is_(None), staged.c.address == BLANK), NOBODY),
    )
    return (
        sa.select(
            *staged.c,
            contact.c.id.label("contact_id"),
            bearers.label("bearers"),
            fate.label("fate"),
            _first_of(staged, key),
            reason.label("reason"),
        )
        .select_from(rows)
        .where(staged.c.external_id == BLANK)
        .order_by(staged.c.address)
    )


def _contacts_at_addresses(staged: sa.Table) -> sa.Subquery:
    """Address -> how many contacts bear it, and one of them, for the addresses that stand in for an id."""
    asked = sa.select(staged.c.address).where(staged.c.external_id == BLANK)
    return (
        sa.select(
            contact.c.address,
            sa.func.count().label("bearers"),
            sa.func.min(contact.c.id).label("contact_id"),
        )
        .where(contact.c.address.in_(asked), contact.c.address != BLANK)
        .group_by(contact.c.address)
        .subquery("at")
    )


def _first_of(staged: sa.Table, *key: Any) -> Any:
    """The first line of the file with the same identity: the line itself, unless it is repeated."""
    window = sa.func.first_value(staged.c.line).over(partition_by=key, order_by=staged.c.line)
    return window.label("first")


def _differs(staged: sa.Table, session: Session) -> Any:
    """Whether a line says anything that its contact does not say yet; blank cells say nothing."""
    texts = [name for name in ("email", "address", *TEXTS) if name in staged.c]
    says = [sa.and_(staged.c[n] != BLANK, staged.c[n] != contact.c[n]) for n in texts]
    if "store" in staged.c:
        store = staged.c.store
        says.append(sa.and_(store.is_not(None), store.is_distinct_from(contact.c.store_id)))
    if "attributes" in staged.c:
        says.append(sa.and_(staged.c.attributes != BLANK, _other_attributes(staged, session)))
    return sa.or_(*says)


def _other_attributes(staged: sa.Table, session: Session) -> Any:
    known = contact.c.attributes
    if session.get_bind().dialect.name == "postgresql":
        return sa.not_(sa.type_coerce(known, JSONB).contains(sa.cast(staged.c.attributes, JSONB)))
    return sa.func.json_patch(known, staged.c.attributes) != sa.func.json(known)


def _refuse_elsewhere(session: Session, lined: sa.Table) -> None:
    """A line without external id, whose person also stands on a line with one: who is meant is unclear."""
    identified = sa.select(lined.c.address).where(
        lined.c.external_id != BLANK, lined.c.address != BLANK
    )
    known = sa.select(lined.c.contact_id).where(
        lined.c.external_id != BLANK, lined.c.contact_id.is_not(None)
    )
    by_address = sa.and_(lined.c.bearers.is_not(None) | lined.c.contact_id.is_(None))
    session.execute(
        sa.update(lined)
        .where(
            lined.c.external_id == BLANK,
            lined.c.fate != Fate.FAULT,
            sa.or_(
                sa.and_(by_address, lined.c.address.in_(identified)), lined.c.contact_id.in_(known)
            ),
        )
        .values(fate=Fate.FAULT, reason=ELSEWHERE)
    )


def _part_twins(session: Session, lined: sa.Table) -> None:
    """Of lines with one identity the first holds; a later one is left out if it says the same, else at fault."""
    first = lined.alias("first_line")
    told = [c.name for c in lined.columns][1:-5]
    same = sa.and_(*(lined.c[name].is_not_distinct_from(first.c[name]) for name in told))
    is_same = sa.exists().where(first.c.line == lined.c.first, same)
    session.execute(
        sa.update(lined)
        .where(lined.c.first != lined.c.line, lined.c.fate != Fate.FAULT)
        .values(
            fate=sa.case((is_same, Fate.SKIP), else_=Fate.FAULT),
            reason=sa.case((is_same, SAME), else_=TWIN),
        )
    )
