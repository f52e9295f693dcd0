"""Core statements, compiled once for each database -> run by its driver: the way of pages that thousands open at once.

SQLAlchemy's own execution costs more than the databases do here (/benchmarks/votes.py); everything else uses the session.
Statements given together travel together: PostgreSQL answers them in one round trip. Who gets which connection, and when
what they wrote is committed, stands in services/turns.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session

Rows = list[Sequence[Any]]
_DIALECTS: dict[str, Any] = {
    "sqlite": (sqlite.dialect(paramstyle="qmark"), sqlite.insert),
    "postgresql": (PGDialect_psycopg(paramstyle="numeric_dollar"), postgresql.insert),
}


class Text(NamedTuple):
    """`names` are those of its gaps in their order, `fixed` the values that are the same each time."""

    words: str
    names: tuple[str, ...]
    fixed: dict[str, Any]


class Sql:
    """A statement, made by a function of the database's own `insert`; its gaps are bindparams."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        self.on = cache(self._compiled)

    def _compiled(self, database: str) -> Text:
        dialect, insert = _DIALECTS[database]
        compiled = self._make(insert).compile(dialect=dialect)
        fixed = {
            name: _processed(compiled.binds[name], value, dialect)
            for name, value in compiled.params.items()
            if value is not None
        }
        return Text(compiled.string, tuple(compiled.positiontup or compiled.params), fixed)


def _processed(gap: sa.BindParameter[Any], value: Any, dialect: Any) -> Any:
    """As SQLAlchemy would give it to the driver: what leads into a JSON column is a path there."""
    process = gap.type.dialect_impl(dialect).bind_processor(dialect)
    return process(value) if process else value


Step = tuple[Sql, Mapping[str, Any]]
# all that runs here looks for rows by their keys, whatever the values: PostgreSQL plans it once for a connection, perhaps
# while the tables are still empty, and would go on reading whole tables while thousands answer
OPENING: dict[str, list[str]] = {
    # what a statement might have to take back is little, and in a file would be half of what a vote writes
    "sqlite": ["PRAGMA temp_store = MEMORY"],
    "postgresql": ["SET enable_seqscan = off", "SET plan_cache_mode = force_generic_plan"],
}


def at_opening(database: str, *words: str) -> None:
    """What each connection that stays open (services/kept.py) hears first."""
    OPENING[database] += words


class Line:
    """A connection of the driver. `ours`: the transaction is ours to begin and to end, and not that of who gave it.

    `shared`: others may write while we do; SQLite has one writer at a time.
    """

    def __init__(self, database: str, connection: Any, *, ours: bool = False) -> None:
        self._database, self._connection = database, connection
        self.ours = ours
        self.shared = database != "sqlite"

    def run(self, *steps: Step, first: bool = False, last: bool = False) -> list[Rows]:
        """The rows of each statement. `first` begins a transaction before them, `last` commits after them, in the same
        round trip; a statement alone is one by itself.
        """
        if not self.shared:
            return [self._execute(*step).fetchall() for step in steps]
        if len(steps) == 1 and not (self.ours and (first or last)):
            return [_rows(self._execute(*steps[0]))]
        with self._connection.pipeline():
            if self.ours and first:
                self._connection.execute("BEGIN")
            cursors = [self._execute(*step) for step in steps]
            if self.ours and last:
                self._connection.execute("COMMIT")
        return [_rows(cursor) for cursor in cursors]

    @property
    def changes(self) -> int:
        """How many rows SQLite has written on this connection so far, those of triggers among them."""
        return self._connection.total_changes

    def _execute(self, sql: Sql, values: Mapping[str, Any]) -> Any:
        words, names, fixed = sql.on(self._database)
        given = {**fixed, **values} if fixed else values
        if self.shared:
            return _cursor()(self._connection).execute(words, [given[name] for name in names])
        return self._connection.execute(words, [_stored(given[name]) for name in names])


@cache
def _cursor() -> Any:
    """Psycopg's, of those who want to be asked in PostgreSQL's own words: others search a text for its gaps each time."""
    from psycopg import RawCursor

    return RawCursor


def within(session: Session) -> Line:
    """The session's own transaction, which its owner ends."""
    session.flush()
    held = session.connection()
    return Line(held.dialect.name, held.connection.dbapi_connection)


def moment(value: Any) -> datetime | None:
    """A moment as either driver reads it."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def day_of(value: Any) -> Any:
    """A day as either driver reads it; None stays None."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _rows(cursor: Any) -> Rows:
    """None at all of a statement that gives none; psycopg would take longer to describe a row than to fetch it."""
    found: Rows = [] if cursor.rownumber is None else cursor.fetchall()
    return found


def _stored(value: Any) -> Any:
    """As SQLAlchemy's SQLite keeps it."""
    return _written(value) if isinstance(value, date) else value


@lru_cache(maxsize=64)
def _written(value: date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat()
