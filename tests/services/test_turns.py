"""Work for the driver: who waits is written along, a fault stays its owner's, and a connection that went away is made anew."""

from __future__ import annotations

from threading import Barrier, Event, Thread
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hopnps import database
from hopnps.models import Region
from hopnps.services import turns
from hopnps.services.driver import Sql
from tests.databases import close_all_but

NAME = sa.bindparam("name")
_PUT = Sql(lambda insert: insert(Region.__table__).values(name=NAME, name_key=NAME))


@pytest.fixture
def engine(app, session):
    session.rollback()
    return app.extensions["hopnps"].db.engine


@pytest.fixture
def put(engine):
    """A callable: a region of this name is written, after `first` was called within the transaction."""

    def put(name, first=lambda: None, patience=30):
        def work(line):
            first()
            line.run((_PUT, {"name": name}), first=True, last=True)
            return name

        return turns.write(engine, work, patience=patience)

    return put


@pytest.fixture
def there(session):
    """A callable: the names that were committed."""

    def there():
        session.rollback()
        return {one.name for one in session.query(Region)}

    return there


def _together(*works):
    """What became of each, in the order given."""
    found = {}

    def do(number, work):
        try:
            found[number] = work()
        except Exception as fault:
            found[number] = fault

    threads = [Thread(target=do, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(works))]


def test_each_of_many_hears_of_their_own_work_once_it_is_there(put, there):
    start = Barrier(12)

    def one(key):
        start.wait()
        assert put(key) == key
        return key

    keys = [f"K{number}" for number in range(12)]

    assert _together(*(lambda key=key: one(key) for key in keys)) == keys
    assert set(keys) <= there()


def test_the_fault_of_one_is_not_the_fault_of_those_who_were_written_along(put, there):
    """Everybody waits while the first writes, so that SQLite takes them all along with the one who fails."""
    begun = Event()

    def hold():
        begun.set()
        sleep(0.1)

    def fail():
        raise ValueError("mine alone")

    def late(name, first=lambda: None):
        begun.wait(5)
        return put(name, first)

    first, good, bad, double = _together(
        lambda: put("A", hold),
        lambda: late("B"),
        lambda: late("C", fail),
        lambda: late("A"),
    )

    assert good == "B"
    assert isinstance(bad, ValueError)
    assert {type(first), type(double)} == {str, DBAPIError}
    assert there() >= {"A", "B"}
    assert "C" not in there()


def test_who_has_no_patience_hears_that_somebody_else_writes(engine, put, there):
    if engine.dialect.name != "sqlite":
        pytest.skip("everybody writes at once on PostgreSQL")
    with engine.connect() as another, another.begin():
        another.execute(sa.insert(Region).values(name="X", name_key="X"))
        with pytest.raises(DBAPIError):
            put("A", patience=0.05)

    assert put("B") == "B"
    assert "A" not in there()


def test_who_waits_behind_somebody_patient_leaves_when_their_own_patience_ends(engine, put, there):
    if engine.dialect.name != "sqlite":
        pytest.skip("everybody writes at once on PostgreSQL")
    begun, end = Event(), Event()

    def hold():
        begun.set()
        end.wait(5)

    def impatient():
        begun.wait(5)
        try:
            return put("B", patience=0.05)
        finally:
            end.set()

    first, second = _together(lambda: put("A", hold), impatient)

    assert first == "A"
    assert isinstance(second, DBAPIError)
    assert "B" not in there()


def test_connections_that_the_server_closed_are_made_anew(engine, put, there, monkeypatch):
    if engine.dialect.name != "postgresql":
        pytest.skip("no server closes a connection to a file")
    monkeypatch.setattr(database, "RESTED_SECONDS", 0)
    put("A")
    with engine.connect() as another:
        close_all_but(another)

    assert put("B") == "B"
    assert there() >= {"A", "B"}


def test_what_was_begun_and_not_committed_is_taken_back(engine, there):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite commits by itself what was written together")
    turns.write(engine, lambda line: line.run((_PUT, {"name": "A"}), first=True))
    turns.write(engine, lambda line: line.run((_PUT, {"name": "B"}), first=True, last=True))

    assert "A" not in there()
    assert "B" in there()
