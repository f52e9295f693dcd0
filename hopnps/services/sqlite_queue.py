"""Those of this process who want to write into one SQLite file -> one transaction for all who wait.

Whoever gets the file writes for the others too, and each hears of it after the commit. A fault of one is theirs alone: what
all wrote together is taken back then, and each is written by themselves.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from hopnps.services import kept
from hopnps.services.driver import Line

T = TypeVar("T")
Work = Callable[[Line], T]


def write(engine: sa.Engine, work: Work[T], patience: float) -> T:
    """See services/turns.py. Raises the driver's OperationalError if somebody else writes for longer than `patience`."""
    found = _all.get(engine)
    if found is None:
        found = _all.setdefault(engine, _Queue(kept.of(engine)))
    return found.write(engine, work, patience)


def read(engine: sa.Engine, work: Work[T]) -> T:
    """Nobody waits for who reads."""
    mine = kept.of(engine)
    held = mine.take() or mine.open(engine)
    try:
        return _done(held.dbapi_connection, "BEGIN", [work])[0]
    finally:
        mine.put_back(held)


class _Turn:
    """Somebody's work, and what came of it."""

    __slots__ = ("done", "fault", "result", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work, self.done = work, False
        self.result: Any = None
        self.fault: Exception | None = None

    def end(self, result: Any = None, fault: Exception | None = None) -> None:
        self.result, self.fault, self.done = result, fault, True


class _Queue:
    def __init__(self, mine: kept.Kept) -> None:
        self._kept, self._writing = mine, Lock()
        self._waiting: deque[_Turn] = deque()

    def write(self, engine: Any, work: Work[T], patience: float) -> T:
        mine, end = _Turn(work), monotonic() + patience
        self._waiting.append(mine)
        if not self._writing.acquire(timeout=patience):
            if self._leave(mine):
                raise engine.dialect.loaded_dbapi.OperationalError("database is locked")
            self._writing.acquire()  # whoever writes is just at it
        try:
            if not mine.done:
                self._write_all(engine, max(0.0, end - monotonic()))
        finally:
            if not mine.done:
                self._leave(mine)
            self._writing.release()
        if mine.fault is not None:
            raise mine.fault
        return mine.result

    def _leave(self, turn: _Turn) -> bool:
        """False if somebody took it already."""
        try:
            self._waiting.remove(turn)
        except ValueError:
            return False
        return True

    def _write_all(self, engine: sa.Engine, patience: float) -> None:
        """Only who got the file takes the others along: each waits as long as they want to, and no longer."""
        held = self._kept.take() or self._kept.open(engine)
        turns: list[_Turn] = []
        try:
            _be_patient(held, math.ceil(patience * 10) * 100)
            self._take_along(held.dbapi_connection, turns)
        finally:
            self._waiting.extend(turn for turn in turns if not turn.done)
            self._kept.put_back(held)

    def _take_along(self, connection: Any, turns: list[_Turn]) -> None:
        """Those who wait once the file is ours become `turns`, and are written."""

        def works() -> Iterator[Work[Any]]:
            while self._waiting:
                turns.append(self._waiting.popleft())
                yield turns[-1].work

        try:
            results = _done(connection, "BEGIN IMMEDIATE", works())
        except Exception:
            if not turns:
                raise
            for turn in turns:
                _write_alone(connection, turn)
        else:
            for turn, result in zip(turns, results, strict=True):
                turn.end(result)


def _write_alone(connection: Any, turn: _Turn) -> None:
    try:
        turn.end(_done(connection, "BEGIN IMMEDIATE", [turn.work])[0])
    except Exception as fault:
        turn.end(fault=fault)


def _done(connection: Any, begin: str, works: Iterable[Work[Any]]) -> list[Any]:
    """What these give in a transaction; all of it or none."""
    connection.execute(begin)
    try:
        line = Line("sqlite", connection, ours=True)
        results = [work(line) for work in works]
        connection.execute("COMMIT")
        return results
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _be_patient(held: Any, milliseconds: int) -> None:
    """How long SQLite waits for writers of other processes; asked only where it was another time before."""
    if held.info.get(_PATIENCE) != milliseconds:
        held.dbapi_connection.execute(f"PRAGMA busy_timeout={milliseconds}")
        held.info[_PATIENCE] = milliseconds


_PATIENCE = "hopnps_patience"
_all: WeakKeyDictionary[sa.Engine, _Queue] = WeakKeyDictionary()
os.register_at_fork(after_in_child=_all.clear)  # who writes just now is not in the child
