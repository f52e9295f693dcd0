"""Two imports at once -> one after the other: both files may name the same new people and stores."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

_TURN = 0x686F706E7073  # "hopnps": the number of our advisory lock, held until the transaction ends


def take_turn(session: Session) -> None:
    """Wait until no other import is being written, before anything is read; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))
