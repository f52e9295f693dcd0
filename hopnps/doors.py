"""What every door asks before it opens: the house, its session, the hour, who stands there and how they speak."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import get_locale
from sqlalchemy.orm import Session

from hopnps.access import principal
from hopnps.domain.languages import DEFAULT
from hopnps.domain.scope import Scope, only

if TYPE_CHECKING:
    from hopnps.extension import HopNPS


def house() -> HopNPS:
    """The extension on this application."""
    return current_app.extensions["hopnps"]


def session() -> Session:
    """This request's or command's database session."""
    return house().session


def now() -> datetime:
    return datetime.now(UTC)


def asker() -> str:
    """The name to write beside what is done now; '' for a stranger."""
    known = principal()
    return (known.name or known.email) if known else ""


def scope() -> Scope:
    """Whose clients who asks may see; a stranger sees nobody's."""
    known = principal()
    return known.scope if known else only()


def language() -> str:
    """The language of this page."""
    locale = get_locale()
    return locale.language if locale else DEFAULT
