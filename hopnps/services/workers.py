"""A process that sends -> a row that says when it was last seen; without one nothing leaves."""

from __future__ import annotations

import os
import socket
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Worker

SEEN_SECONDS = 10  # it says so at most this often


def own_name() -> str:
    """Host and process number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def sign_on(session: Session, name: str, *, now: datetime) -> None:
    """This worker is at work now."""
    seen = session.execute(
        sa.update(Worker).where(Worker.name == name).values(seen_at=now),
        execution_options={"synchronize_session": False},
    )
    if not seen.rowcount:  # type: ignore[attr-defined]
        session.add(Worker(name=name, started_at=now, seen_at=now))
        session.flush()


def sign_off(session: Session, name: str) -> None:
    """It stopped as it should."""
    session.execute(
        sa.delete(Worker).where(Worker.name == name),
        execution_options={"synchronize_session": False},
    )
