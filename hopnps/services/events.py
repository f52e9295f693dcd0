"""A fact of this transaction -> a note on the session, told to listeners once it is committed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

_KEY = "hopnps_events"


def note(session: Session, signal: str, **facts: Any) -> None:
    """Remember that `signal` (a name of hopnps.signals) is to be fired after commit with these facts (ids, no rows)."""
    session.info.setdefault(_KEY, []).append((signal, facts))


def take(session: Session) -> list[tuple[str, dict[str, Any]]]:
    """The facts noted since the last commit or rollback; they are forgotten here."""
    return session.info.pop(_KEY, [])
