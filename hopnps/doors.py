"""What every door asks before it opens: the house, its session, the hour, who stands there and how they speak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy.orm import Session

from hopnps.access import principal
from hopnps.domain.scope import Scope, only
from hopnps.i18n import language as language  # of this page

if TYPE_CHECKING:
    from hopnps.house import House


_moment: ContextVar[datetime | None] = ContextVar("hopnps_moment", default=None)


def house() -> House:
    """The extension on this application."""
    return current_app.extensions["hopnps"]


def session() -> Session:
    """This request's or command's database session."""
    return house().session


def now() -> datetime:
    return _moment.get() or datetime.now(UTC)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """In here it is that moment; for trials that let days pass."""
    before = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(before)


def asker() -> str:
    """The name to write beside what is done now; '' for a stranger."""
    known = principal()
    return (known.name or known.email) if known else ""


def scope() -> Scope:
    """Whose clients who asks may see; a stranger sees nobody's."""
    known = principal()
    return known.scope if known else only()
