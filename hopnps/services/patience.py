"""A question to the database -> its answer, or None when it takes too long: a page must not wait for a whole house."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

Answer = TypeVar("Answer")
_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_CANCELED = "57014"  # PostgreSQL: query_canceled
_LIMIT = sa.func.set_config


def within(session: Session, seconds: float, ask: Callable[[], Answer]) -> Answer | None:
    """What `ask` finds, or None if its queries took more than `seconds`. It must only read."""
    limited = _postgresql if session.get_bind().dialect.name == "postgresql" else _sqlite
    try:
        with limited(session, seconds):
            return ask()
    except OperationalError as fault:
        if not _was_stopped(fault):
            raise
        return None


@contextmanager
def _postgresql(session: Session, seconds: float) -> Iterator[None]:
    before = session.scalar(sa.select(sa.func.current_setting("statement_timeout")))
    with session.begin_nested():
        _limit(session, f"{seconds * 1000:.0f}")
        yield
        _limit(session, before or "0")


def _limit(session: Session, value: str) -> None:
    session.execute(sa.select(_LIMIT("statement_timeout", value, True)))


@contextmanager
def _sqlite(session: Session, seconds: float) -> Iterator[None]:
    driver = session.connection().connection.dbapi_connection
    end = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS)  # type: ignore[union-attr]
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)  # type: ignore[union-attr]


def _was_stopped(fault: OperationalError) -> bool:
    return getattr(fault.orig, "sqlstate", "") == _CANCELED or "interrupted" in str(fault.orig)
