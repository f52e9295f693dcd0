"""Rows as they are invented -> the tables, in a few large inserts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import (
    Address,
    Base,
    CampaignSkip,
    Click,
    Contact,
    Delivery,
    Interaction,
    Invitation,
    Region,
    Response,
    ResponseChange,
    Store,
    Visit,
)

ORDER: tuple[type[Base], ...] = (
    Region,
    Store,
    Contact,
    Address,
    Interaction,
    Invitation,
    Delivery,
    Click,
    Visit,
    Response,
    ResponseChange,
    CampaignSkip,
)
Row = dict[str, Any]


class Ledger:
    """The demo's file is its own and empty, so rows can bring their numbers along."""

    def __init__(self) -> None:
        self.rows: dict[type[Base], list[Row]] = defaultdict(list)

    def add(self, table: type[Base], **values: Any) -> Row:
        """A new row with its `id`; it may still be changed until the ledger is written."""
        row = {"id": len(self.rows[table]) + 1, **values}
        self.rows[table].append(row)
        return row

    def note(self, table: type[Base], **values: Any) -> None:
        """A row of a table that has no `id`."""
        self.rows[table].append(values)

    def write(self, session: Session) -> None:
        for table in ORDER:
            if self.rows[table]:
                session.execute(sa.insert(table.__table__), self.rows[table])  # type: ignore[arg-type]
