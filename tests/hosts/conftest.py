"""A host on each database, before and after HopNPS came in."""

from __future__ import annotations

import pytest
from flask import Flask

from hopnps import HopNPS, database
from tests.conftest import NOON
from tests.hosts.hosts import make_host, staff
from tests.people import Cast


@pytest.fixture
def given(tmp_path):
    """The host's config for us."""
    return {
        "HOPNPS_INSTANCE": str(tmp_path),
        "HOPNPS_PUBLIC_URL": "https://crm.example.org/nps",
        "HOPNPS_TOKEN_KEYS": ["a-host-key"],
    }


@pytest.fixture
def arguments():
    """What a test adds to HopNPS(app, ...)."""
    return {}


@pytest.fixture
def app(make_database_url, given, arguments):
    """The host with HopNPS mounted under /nps, in the host's own database."""
    host = make_host(make_database_url(), **given)
    host.nps = HopNPS(
        host, **{"url_prefix": "/nps", "find_principal": staff, "environ": {}} | arguments
    )
    database.intend(writing=False)
    yield host
    dispose(host)


@pytest.fixture
def nps(app, house):
    return app.nps


@pytest.fixture
def cast(session):
    return Cast(session, now=NOON)


@pytest.fixture
def ada(app):
    """One of the host's people, logged in by the host."""
    client = app.test_client()
    client.get("/login/ada")
    return client


def dispose(host: Flask) -> None:
    with host.app_context():
        for engine in host.extensions["sqlalchemy"].engines.values():
            engine.dispose()
