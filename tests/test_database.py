"""A connection to a server: tried after a rest, made anew if the server has closed it."""

import pytest
import sqlalchemy as sa

from hopnps import database
from tests.databases import close_all_but

OURS = sa.text("SELECT pg_backend_pid()")


@pytest.fixture
def url(databases, make_database_url):
    if not hasattr(databases, "server"):
        pytest.skip("no server closes a connection to a file")
    return make_database_url()


@pytest.fixture
def engine(url):
    engine = sa.create_engine(url, **database.engine_options(url))
    yield engine
    engine.dispose()


def backend(engine):
    """Which of the server's processes answers."""
    with engine.connect() as connection:
        return connection.scalar(OURS)


def restart(url):
    other = sa.create_engine(url)
    with other.connect() as connection:
        close_all_but(connection)
    other.dispose()


def test_connections_that_a_restarted_server_closed_are_made_anew(engine, url, monkeypatch):
    monkeypatch.setattr(database, "RESTED_SECONDS", 0)
    with engine.connect(), engine.connect():
        pass  # two are kept
    before = backend(engine)
    restart(url)

    with engine.connect() as one, engine.connect() as other:
        found = {one.scalar(OURS), other.scalar(OURS)}

    assert len(found) == 2
    assert before not in found


def test_one_that_was_just_used_is_not_asked_and_its_end_is_met_once(engine, url, monkeypatch):
    monkeypatch.setattr(database, "RESTED_SECONDS", 60)
    before = backend(engine)
    restart(url)

    with pytest.raises(sa.exc.OperationalError):
        backend(engine)
    assert backend(engine) != before


def test_after_a_rest_it_is_asked_and_stays(engine, monkeypatch):
    first = backend(engine)
    monkeypatch.setattr(database, "RESTED_SECONDS", 0)

    assert backend(engine) == first
