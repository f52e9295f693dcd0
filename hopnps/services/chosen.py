"""What an administrator chose on the screen: kept as rows, read once a request or turn of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.choosable import CHOOSABLE
from hopnps.domain.errors import Invalid
from hopnps.models import Setting

_KEY = "hopnps.chosen"


def values(session: Session) -> Mapping[str, Any]:
    """All chosen values. Every session asks once: a new request, and each turn of the clock, sees what others saved."""
    if _KEY not in session.info:
        rows = session.execute(sa.select(Setting.key, Setting.value))
        session.info[_KEY] = {key: value["value"] for key, value in rows if key in CHOOSABLE}
    return session.info[_KEY]


def ask_again(session: Session) -> None:
    """What was read is forgotten: a long-lived session says so at each turn."""
    session.info.pop(_KEY, None)


def do_without(session: Session) -> None:
    """Ask nothing more of the database; for a page that must do without it."""
    session.info[_KEY] = {}


def rows(session: Session) -> dict[str, Setting]:
    """The choices with who made them and when."""
    return {row.key: row for row in session.scalars(sa.select(Setting))}


def save(session: Session, typed: Mapping[str, str], *, by: str = "", now: datetime) -> list[str]:
    """Keep what was typed for these keys, '' or the default for no choice; the keys that changed.

    Raises Invalid at the first key whose text cannot be.
    """
    kept, changed = rows(session), []
    for key, text in typed.items():
        value = CHOOSABLE[key].value_of(text) if text.strip() else None
        wanted = None if value == CHOOSABLE[key].default else value
        if _keep(session, key, kept.get(key), wanted, by, now):
            changed.append(key)
    session.flush()
    ask_again(session)
    return changed


def faults(typed: Mapping[str, str]) -> list[Invalid]:
    """All that is wrong with what was typed, each at its field."""
    found = []
    for key, text in typed.items():
        try:
            if text.strip():
                CHOOSABLE[key].value_of(text)
        except Invalid as fault:
            found.append(fault)
    return found


def _keep(
    session: Session, key: str, row: Setting | None, value: Any, by: str, now: datetime
) -> bool:
    """Whether something changed."""
    if value is None:
        if row is not None:
            session.delete(row)
        return row is not None
    if row is not None and row.value == {"value": value}:
        return False
    row = row or Setting(key=key)
    row.value, row.changed_at, row.changed_by = {"value": value}, now, by
    session.add(row)
    return True
