"""What SQLAlchemy spells differently for each of our databases: insert unless it is there, add to what is, turns, later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from hopnps.models.base import Moment


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


def take_turns(session: Session, number: int, *, together: bool = False) -> None:
    """Wait until nobody else holds this turn, and hold it until the transaction ends; those `together` wait only for
    who holds it alone. SQLite's writers wait for each other anyway."""
    if session.get_bind().dialect.name == "postgresql":
        locked = sa.func.pg_advisory_xact_lock_shared if together else sa.func.pg_advisory_xact_lock
        session.execute(sa.select(locked(number)))


class later(FunctionElement[datetime]):  # noqa: N801
    """later(moment, seconds): a moment so many seconds after another, as our columns keep it."""

    type = Moment()
    inherit_cache = True


@compiles(later, "postgresql")
def _later_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment, seconds = (compiler.process(one, **options) for one in element.clauses)
    return f"({moment} + ({seconds}) * INTERVAL '1 second')"


@compiles(later)
def _later_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    moment, seconds = (compiler.process(one, **options) for one in element.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {moment}, printf('%+.3f seconds', {seconds})) || '000')"
