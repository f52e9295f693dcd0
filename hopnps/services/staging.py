"""Records, streamed -> a temporary table of this connection, from which a merge reads them as one set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

MEMORY_KB = 48 * 1024  # what the database may keep in memory while it sorts and merges


@contextmanager
def stage(session: Session, name: str, columns: Sequence[sa.Column[Any]]) -> Iterator[sa.Table]:
    """A temporary table, gone afterwards."""
    table = sa.Table(name, sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    connection = session.connection()
    connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))
    connection.execute(sa.schema.CreateTable(table))
    yield table
    connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))


def make_room(session: Session) -> None:
    """Let the database keep more in memory, as large sets are sorted and merged in this transaction."""
    if session.connection().dialect.name == "sqlite":
        session.execute(sa.text(f"PRAGMA cache_size = -{MEMORY_KB}"))
    else:
        session.execute(sa.text(f"SET LOCAL work_mem = '{MEMORY_KB}kB'"))


def count_values(session: Session, table: sa.Table, column: str) -> None:
    """Tell PostgreSQL how many rows have which value there: it would expect few, and look things up one by one."""
    if session.connection().dialect.name == "postgresql":
        session.execute(sa.text(f"ANALYZE {table.name} ({column})"))


def fill(session: Session, table: sa.Table, records: Iterable[Sequence[Any]]) -> None:
    """Write the records, values in the order of the table's columns, as fast as the database's driver can."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    written = _written(records, table, connection.dialect)
    make_room(session)
    if connection.dialect.name == "sqlite":
        gaps = ", ".join("?" * len(table.columns))
        driver.executemany(f"INSERT INTO {table.name} VALUES ({gaps})", written)  # noqa: S608
        return
    command = f"COPY {table.name} FROM STDIN (FORMAT binary)"
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(
            [column.type.compile(connection.dialect).lower() for column in table.columns]
        )
        for record in written:
            copy.write_row(record)


def _written(
    records: Iterable[Sequence[Any]], table: sa.Table, dialect: sa.Dialect
) -> Iterable[Sequence[Any]]:
    """The records with moments and tags as this database stores them."""
    types = (column.type.dialect_impl(dialect) for column in table.columns)
    found = enumerate(type_.bind_processor(dialect) for type_ in types)
    writers = [(position, write) for position, write in found if write]
    return _rewritten(records, writers) if writers else records


def _rewritten(
    records: Iterable[Sequence[Any]], writers: list[tuple[int, Any]]
) -> Iterator[list[Any]]:
    for record in records:
        values = [*record]
        for position, write in writers:
            values[position] = write(values[position])
        yield values
