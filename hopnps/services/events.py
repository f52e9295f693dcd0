"""A fact of this transaction -> a note on the session, told to listeners once it is committed, forgotten otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, scoped_session

_NOTES, _MARKS, _TRUE = "hopnps_events", "hopnps_savepoints", "hopnps_committed"
Note = tuple[str, dict[str, Any]]
_armed: WeakSet[Any] = WeakSet()


def note(session: Session, signal: str, **facts: Any) -> None:
    """Remember that `signal` (a name of hopnps.signals) is to be fired after commit with these facts (ids, no rows)."""
    note_each(session, signal, [facts])


def note_each(session: Session, signal: str, facts: Iterable[dict[str, Any]]) -> None:
    """The same of many, each with facts of its own."""
    held = session() if isinstance(session, scoped_session) else session
    if not held.in_transaction():
        held.begin()  # whose end it waits for
    held.info.setdefault(_NOTES, []).extend((signal, one) for one in facts)


def arm(sessions: Any, tell: Callable[[list[Note]], None]) -> None:
    """Call `tell` with the notes of each transaction of these sessions, once it is over and was committed.

    What a savepoint noted goes with it when it is rolled back. A listener finds the session free for its own use.
    Several applications may share their sessions: they are armed once.
    """
    if sessions.session_factory in _armed:
        return
    _armed.add(sessions.session_factory)

    def begun(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            session.info.setdefault(_MARKS, []).append(len(session.info.get(_NOTES, ())))

    def committed(session: Session) -> None:
        if session.in_nested_transaction():
            session.info[_MARKS][-1] = None  # what it noted is true if the whole is
        else:
            session.info[_TRUE] = session.info.pop(_NOTES, [])

    def ended(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            mark = session.info[_MARKS].pop()
            if mark is not None:
                del session.info.get(_NOTES, [])[mark:]
        elif transaction.parent is None:
            session.info.pop(_NOTES, None)
            if notes := session.info.pop(_TRUE, []):
                tell(notes)

    event.listen(sessions, "after_transaction_create", begun)
    event.listen(sessions, "after_commit", committed)
    event.listen(sessions, "after_transaction_end", ended)
