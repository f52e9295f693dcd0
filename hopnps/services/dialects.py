"""What SQLAlchemy spells differently for each of our databases: insert unless it is there, or add to what is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_missing(
    session: Session,
    table: Any,
    columns: list[str],
    rows: sa.Select[*tuple[Any, ...]] | None = None,
) -> Any:
    """INSERT ... ON CONFLICT DO NOTHING, from a select, or from the values given to execute()."""
    made = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = made(table)
    if rows is not None:
        statement = statement.from_select(columns, rows)
    return statement.on_conflict_do_nothing()


def insert_or_add(
    session: Session,
    table: Any,
    columns: list[str],
    rows: sa.Select[*tuple[Any, ...]],
    *,
    on: tuple[str, ...],
    add: list[str],
) -> Any:
    """INSERT ... SELECT; where a row with the keys `on` is there, the columns `add` are added to its own."""
    made = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = made(table).from_select(columns, rows)
    sums = {name: table.c[name] + statement.excluded[name] for name in add}
    return statement.on_conflict_do_update(index_elements=list(on), set_=sums)
