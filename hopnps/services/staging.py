"""Records, streamed -> a temporary table of this connection, from which a merge reads them as one set."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

BATCH = 2_000
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


def fill(session: Session, table: sa.Table, records: Iterable[Sequence[Any]]) -> None:
    """Write the records, values in the order of the table's columns, as fast as the database's driver can.

    What is not nullable is a text or number and never None: that is how COPY tells '' from nothing.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    written = _written(records, table, connection.dialect)
    if connection.dialect.name == "sqlite":
        gaps = ", ".join("?" * len(table.columns))
        driver.execute(f"PRAGMA cache_size = -{MEMORY_KB}")
        driver.executemany(f"INSERT INTO {table.name} VALUES ({gaps})", written)  # noqa: S608
        return
    filled = ", ".join(column.name for column in table.columns if not column.nullable)
    connection.execute(sa.text(f"SET LOCAL work_mem = '{MEMORY_KB}kB'"))
    command = f"COPY {table.name} FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({filled}))"
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        for block in _blocks(written):
            copy.write(block)


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


def _blocks(records: Iterable[Sequence[Any]]) -> Iterator[str]:
    remaining = iter(records)
    while batch := list(islice(remaining, BATCH)):
        block = StringIO()
        csv.writer(block).writerows(batch)
        yield block.getvalue()
