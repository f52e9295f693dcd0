"""What every set-based merge asks of staged lines: who comes first, what differs, how JSON is merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Refused
from hopnps.models import Contact
from hopnps.models.base import Moment, TagList
from hopnps.services.import_preview import Fate

BLANK: Any = sa.literal_column("''")
NOTHING: Any = sa.literal_column("NULL")
SAME, TWIN = "same", "twin"  # reasons of a line that repeats the identity of another

Identity = Callable[[Any], list[Any]]  # a table of lines -> the expressions that tell who is who

_TYPES: dict[str, Any] = {
    "own_id": sa.BigInteger,
    "own_at": Moment,
    "occurred_at": Moment,
    "store": sa.BigInteger,
    "tags": TagList,
}
_NULLABLE = ("own_id", "own_at", "store")


@contextmanager
def alone() -> Iterator[None]:
    """What somebody else wrote since we looked is told in words, and ours undone."""
    try:
        yield
    except sa.exc.IntegrityError as fault:
        raise Refused(
            N_("Somebody else changed the same data meanwhile. Import the file again.")
        ) from fault


def staged_columns(fields: Iterable[str]) -> list[sa.Column[Any]]:
    """The stage of a file that has these fields."""
    line = sa.Column("line", sa.BigInteger, nullable=False)
    return [line] + [
        sa.Column(field, _TYPES.get(field, sa.Text), nullable=field in _NULLABLE)
        for field in fields
    ]


def lined_up_columns(staged: sa.Table, *ids: str) -> list[sa.Column[Any]]:
    """The stage again, sorted, and what was found out: the rows it means, its fate, the line it repeats."""
    return [
        *(sa.Column(column.name, column.type) for column in staged.columns),
        *(sa.Column(name, sa.BigInteger) for name in (*ids, "bearers")),
        sa.Column("fate", sa.Text),
        sa.Column("first", sa.BigInteger),
        sa.Column("reason", sa.Text),
    ]


def insert_lines(session: Session, lined: sa.Table, lines: sa.Select[Any]) -> None:
    names = [column.name for column in lines.selected_columns]
    session.execute(sa.insert(lined).from_select(names, lines))


def in_bytes(text: Any, session: Session) -> Any:
    """To sort by: PostgreSQL compares bytes four times as fast as words, and keeps near what the index keeps near."""
    return text.collate("C") if is_postgresql(session) else text


def contacts_at(addresses: sa.Select[Any]) -> sa.Subquery:
    """Address -> how many contacts bear it, and one of them, for these addresses."""
    return (
        sa.select(
            Contact.address,
            sa.func.count().label("bearers"),
            sa.func.min(Contact.id).label("contact_id"),
        )
        .where(Contact.address.in_(addresses))
        .group_by(Contact.address)
        .subquery("at")
    )


def part_twins(session: Session, lined: sa.Table, identity: Identity, told: Iterable[str]) -> None:
    """Of lines with one identity the first holds; a later one is left out if it tells the same, else at fault.

    Lines of one identity must have been inserted one after the other.
    """
    are_twins = _are_neighbours if is_postgresql(session) else _are_twins
    if not session.scalar(are_twins(lined, identity)):
        return
    session.execute(_firsts(lined, identity))
    first = lined.alias("first_line")
    same = sa.and_(*(lined.c[name].is_not_distinct_from(first.c[name]) for name in told))
    is_same = sa.exists().where(first.c.line == lined.c.first, same)
    session.execute(
        sa.update(lined)
        .where(lined.c.first.is_not(None))
        .values(
            fate=sa.case((is_same, Fate.SKIP), else_=Fate.FAULT),
            reason=sa.case((is_same, SAME), else_=TWIN),
        )
    )


def _are_twins(lined: sa.Table, identity: Identity) -> Any:
    """Whether any line has the identity of its neighbour: much quicker than to group a million."""
    one, next_ = lined.alias("one"), lined.alias("next_line")
    rowid: Any = sa.literal_column("one.rowid")
    next_rowid: Any = sa.literal_column("next_line.rowid")
    same = (mine == its for mine, its in zip(identity(one), identity(next_), strict=True))
    return sa.select(sa.exists().where(next_rowid == rowid + 1, *same))


def _are_neighbours(lined: sa.Table, identity: Identity) -> Any:
    """The same for PostgreSQL, which reads a temporary table in the order in which it was written."""
    keys = [key.label(f"key_{number}") for number, key in enumerate(identity(lined))]
    before = [sa.func.lag(key).over().label(f"before_{n}") for n, key in enumerate(identity(lined))]
    pairs = sa.select(*keys, *before).subquery("pairs")
    same = (pairs.c[f"key_{n}"] == pairs.c[f"before_{n}"] for n in range(len(keys)))
    return sa.select(sa.exists().where(*same))


def _firsts(lined: sa.Table, identity: Identity) -> Any:
    """Tell each line that repeats another's identity which was the first."""
    keys = [key.label(f"key_{number}") for number, key in enumerate(identity(lined))]
    twins = (
        sa.select(*keys, sa.func.min(lined.c.line).label("first"))
        .group_by(*identity(lined))
        .having(sa.func.count() > 1)
        .subquery("twins")
    )
    same = (key == twins.c[f"key_{number}"] for number, key in enumerate(identity(lined)))
    return (
        sa.update(lined)
        .where(*same, lined.c.line != twins.c.first, lined.c.fate != Fate.FAULT)
        .values(first=twins.c.first)
    )


def says_other_text(staged: sa.Table, known: Any, names: Iterable[str]) -> list[Any]:
    """For each text that the file has: it says something, and something else."""
    return [
        sa.and_(staged.c[n] != BLANK, staged.c[n] != known.c[n]) for n in names if n in staged.c
    ]


def says_other_store(staged: sa.Table, known: Any) -> list[Any]:
    if "store" not in staged.c:
        return []
    store = staged.c.store
    return [sa.and_(store.is_not(None), store.is_distinct_from(known.c.store_id))]


def says_other_json(staged: sa.Table, known: Any, session: Session) -> list[Any]:
    """Whether the line's attributes would change the known JSON column."""
    if "attributes" not in staged.c:
        return []
    given = staged.c.attributes
    if is_postgresql(session):
        other = sa.not_(sa.type_coerce(known, JSONB).contains(sa.cast(given, JSONB)))
    else:
        other = sa.and_(known != given, sa.func.json_patch(known, given) != sa.func.json(known))
    return [sa.case((given == BLANK, sa.false()), else_=other)]


def text_or_known(given: Any, known: Any, names: Iterable[str]) -> dict[str, Any]:
    """What an update writes: the given text, or what is known where it is blank."""
    return {n: sa.case((given[n] != BLANK, given[n]), else_=known.c[n]) for n in names}


def json_of(lined: sa.Table, session: Session) -> Any:
    """The line's attributes as the database's JSON; empty where it has none."""
    nothing: Any = sa.literal_column("'{}'")
    if "attributes" not in lined.c:
        return nothing
    filled = sa.case((lined.c.attributes == BLANK, nothing), else_=lined.c.attributes)
    return sa.cast(filled, JSONB) if is_postgresql(session) else filled


def merged_json(known: Any, given: Any, session: Session) -> Any:
    """Known JSON with the given laid over it."""
    if is_postgresql(session):
        return sa.type_coerce(known, JSONB).op("||")(given)
    return sa.func.json_patch(known, given)


def place_stores(session: Session, lined: sa.Table, made: dict[int, int]) -> None:
    """Put the ids of the stores made for this file in the place of their negative numbers."""
    if not made:
        return
    old: Any = sa.bindparam("old")
    new: Any = sa.bindparam("new")
    connection = session.connection()
    connection.execute(sa.schema.CreateIndex(sa.Index("nps_lined_up_store", lined.c.store)))
    placed = sa.update(lined).where(lined.c.store == old).values(store=new)
    connection.execute(placed, [{"old": n, "new": id_} for n, id_ in made.items()])


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
