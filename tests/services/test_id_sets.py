"""Rows are found by their numbers without reading the table."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hopnps.models import Delivery
from hopnps.services.id_sets import among

_table = Delivery.__table__


def test_numbers_lead_to_their_rows_by_key(session):
    """A mere `= 1` behind the condition, and SQLite read a million mails for each batch."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a table whole while it is small")
    change = sa.update(_table).where(among(_table.c.id, [1, 2])).values(reason="")
    said = change.compile(session.get_bind())

    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", ("", "[1,2]"))

    assert next(iter(plan))[3] == "SEARCH nps_delivery USING INTEGER PRIMARY KEY (rowid=?)"
