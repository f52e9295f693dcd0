"""Rows are found by their numbers without reading the table."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hopnps.models import Delivery
from hopnps.services.id_sets import among
from hopnps.services.leases import Lease, mine

_table = Delivery.__table__


def test_numbers_lead_to_their_rows_by_key(session):
    """A mere `= 1` behind the condition, and SQLite read a million mails for each batch."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a table whole while it is small")
    change = sa.update(_table).where(among(_table.c.id, [1, 2])).values(reason="")
    said = change.compile(session.get_bind())

    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", ("", "[1,2]"))

    assert next(iter(plan))[3] == "SEARCH nps_delivery USING INTEGER PRIMARY KEY (rowid=?)"


def test_the_rows_of_a_batch_are_found_by_key_and_not_among_all_that_are_being_sent(session):
    """By the index of states PostgreSQL looked for each of them among all the numbers of the batch."""
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite goes by key wherever it can")
    held = sa.select(_table.c.id).where(mine(Lease("a worker's", range(200))))
    said = held.compile(session.get_bind())
    asks = session.connection().exec_driver_sql
    asks("SET LOCAL enable_seqscan = off")

    plan = str(asks(f"EXPLAIN {said}", dict(said.params) | {"ids_1": "{1,2}"}).all())

    assert "pk_nps_delivery" in plan
    assert "ix_nps_delivery_queue" not in plan
