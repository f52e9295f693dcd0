"""Core statements, compiled once for each database -> run by its driver: the way of pages that thousands open at once.

SQLAlchemy's own execution costs more than the databases do here (/benchmarks/votes.py); everything else uses the session.
Statements given together travel together: PostgreSQL answers them in one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Rows = list[Sequence[Any]]
_DIALECTS: dict[str, Any] = {
    "sqlite": (sqlite.dialect(paramstyle="named"), sqlite.insert),
    "postgresql": (PGDialect_psycopg(), postgresql.insert),
}


class Sql:
    """A statement, made by a function of the database's own `insert`; its gaps are bindparams."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        self.on = cache(self._compiled)

    def _compiled(self, database: str) -> tuple[str, dict[str, Any]]:
        dialect, insert = _DIALECTS[database]
        compiled = self._make(insert).compile(dialect=dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return compiled.string, fixed


Step = tuple[Sql, Mapping[str, Any]]


class Line:
    """A connection of the driver, in one transaction."""

    def __init__(self, database: str, connection: Any) -> None:
        self.database, self._connection = database, connection

    def run(self, *steps: Step, last: bool = False) -> list[Rows]:
        """The rows of each statement; `last` commits after them, in the same round trip."""
        if self.database == "sqlite":
            found = [self._execute(*step).fetchall() for step in steps]
            if last:
                self._connection.execute("COMMIT")
            return found
        with self._connection.pipeline():
            cursors = [self._execute(*step) for step in steps]
            if last:
                self._connection.commit()
        return [one.fetchall() if one.description else [] for one in cursors]

    def _execute(self, sql: Sql, values: Mapping[str, Any]) -> Any:
        text, fixed = sql.on(self.database)
        if self.database == "sqlite":
            stored = {name: _stored(value) for name, value in values.items()}
            return self._connection.execute(text, {**fixed, **stored} if fixed else stored)
        return self._connection.execute(text, {**fixed, **values})


@contextmanager
def transaction(engine: sa.Engine, *, writing: bool = True, patience: float = 30) -> Iterator[Line]:
    """A transaction of its own; who does not end it with `run(last=True)` gives up what it did.

    `patience`: seconds to wait for another writer of SQLite. Raises SQLAlchemy's DBAPIError for a fault of the driver's,
    without the values.
    """
    database = engine.dialect.name
    held = engine.raw_connection()
    connection: Any = held.dbapi_connection
    faults: Any = engine.dialect.loaded_dbapi.Error
    try:
        if database == "sqlite":
            connection.execute(f"PRAGMA busy_timeout={patience * 1000:.0f}")
            connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
        yield Line(database, connection)
    except faults as fault:
        raise DBAPIError(None, None, fault, hide_parameters=True) from None
    finally:
        if database == "sqlite" and connection.in_transaction:
            connection.execute("ROLLBACK")
        held.close()


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


def _stored(value: Any) -> Any:
    """As SQLAlchemy's SQLite keeps it."""
    return _written(value) if isinstance(value, date) else value


@lru_cache(maxsize=64)
def _written(value: date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat()
