"""An engine -> connections of its driver that stay open, past its pool.

Taking one from the pool and giving it back costs as much as half a page: PostgreSQL is asked each time whether it is still
there, SQLite has forgotten the pages that others changed. As many are kept as threads asked at once.
"""

from __future__ import annotations

import os
from threading import Lock, Semaphore
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from hopnps.services.driver import OPENING

MOST_OPEN = 16  # of a process


class Kept:
    """The open connections of one engine, as its pool makes them; the pool knows nothing of those that stay open."""

    def __init__(self, engine: sa.Engine) -> None:
        self.places = Semaphore(MOST_OPEN)
        self._idle: list[Any] = []
        # a host that keeps no connections open has a reason; a database in memory is its only connection
        self._keeps = isinstance(engine.pool, sa.QueuePool)
        self._apart = isinstance(engine.pool, sa.QueuePool | sa.NullPool)
        sa.event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def take(self) -> Any:
        """One that stayed open; None if there is none."""
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def open(self, engine: sa.Engine) -> Any:
        """A new one. Its `dbapi_connection` is the driver's, its `info` a place for notes."""
        held: Any = engine.raw_connection()
        if self._apart:
            held.detach()
        if engine.dialect.name == "postgresql":
            held.dbapi_connection.autocommit = True
            _prepare_at_once(held.dbapi_connection)
        for words in OPENING[engine.dialect.name]:
            held.dbapi_connection.execute(words)
        return held

    def put_back(self, held: Any) -> None:
        if self._keeps:
            self._idle.append(held)
        else:
            held.close()

    def close(self) -> None:
        while (held := self.take()) is not None:
            held.close()


def _prepare_at_once(connection: Any) -> None:
    """Psycopg would have a statement planned five times before it keeps the plan; where it may not keep any, it does not."""
    if connection.prepare_threshold is not None:
        connection.prepare_threshold = 0


def of(engine: sa.Engine) -> Kept:
    """Those of this engine in this process."""
    found = _all.get(engine)
    if found is None:
        with _making:
            found = _all.setdefault(engine, Kept(engine))
    return found


_all: WeakKeyDictionary[sa.Engine, Kept] = WeakKeyDictionary()
_making = Lock()
_inherited: list[Any] = []  # a parent's: to close one would close it for the parent too


def _start_anew() -> None:
    """In a child process."""
    _inherited.append(dict(_all))
    _all.clear()


os.register_at_fork(after_in_child=_start_anew)
