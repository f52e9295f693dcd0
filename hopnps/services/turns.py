"""A piece of work for the driver -> done, and committed before anybody hears of it.

SQLite has one writer at a time. Who waits for their turn while another writes is written together with all who wait, in
one transaction: a commit costs as much as a vote (services/sqlite_queue.py). On PostgreSQL everybody writes at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hopnps.services import kept, sqlite_queue
from hopnps.services.driver import Line

T = TypeVar("T")
Work = Callable[[Line], T]
LONG = 30.0  # seconds


def write(engine: sa.Engine, work: Work[T], *, patience: float = LONG) -> T:
    """What this work gives, once what it wrote is committed.

    It may be done by another thread, and once more after what it wrote was taken back. `patience`: seconds to wait for
    another writer of SQLite. Raises what the work raises, and SQLAlchemy's DBAPIError for a fault of the driver's, without
    the values.
    """
    dialect: Any = engine.dialect
    try:
        if dialect.name == "sqlite":
            return sqlite_queue.write(engine, work, patience)
        return _on_postgresql(engine, work)
    except dialect.loaded_dbapi.Error as fault:
        raise DBAPIError(None, None, fault, hide_parameters=True) from None


def read(engine: sa.Engine, work: Work[T]) -> T:
    """The same for work that writes nothing: it neither waits nor makes others wait."""
    dialect: Any = engine.dialect
    try:
        if dialect.name == "sqlite":
            return sqlite_queue.read(engine, work)
        return _on_postgresql(engine, work)
    except dialect.loaded_dbapi.Error as fault:
        raise DBAPIError(None, None, fault, hide_parameters=True) from None


def _on_postgresql(engine: Any, work: Work[T]) -> T:
    """Once more where the connection had gone away meanwhile: then all that stayed open had."""
    mine = kept.of(engine)
    with mine.places:
        if (held := mine.take()) is not None:
            try:
                return _try(held, work, mine)
            except engine.dialect.loaded_dbapi.OperationalError:
                if not held.dbapi_connection.closed:
                    raise
                mine.close()
        return _try(mine.open(engine), work, mine)


def _try(held: Any, work: Work[T], mine: kept.Kept) -> T:
    connection = held.dbapi_connection
    try:
        return work(Line("postgresql", connection, ours=True))
    finally:
        if not connection.closed:
            if connection.info.transaction_status:  # something was not committed
                connection.rollback()
            mine.put_back(held)
