"""The stage: an app on a fresh database of each kind, a real SMTP server, and the cast of tests/people.py."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import hypothesis
import pytest
from flask import Flask

from hopnps import database
from hopnps.cli import commands
from hopnps.domain import passwords
from tests.databases import KINDS
from tests.houses import House, Street, Templates
from tests.mailroom import Mailroom
from tests.people import Cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
hypothesis.settings.register_profile("hopnps", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("hopnps")
Flask.jinja_options = {"bytecode_cache": Templates()}
passwords.METHOD = "scrypt:1024:8:1"  # thirty times cheaper: tests log in a thousand times


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql", "both"),
        default="both",
        help="which databases the tests run on (default: both)",
    )


def pytest_generate_tests(metafunc):
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("database")
        kinds = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
        metafunc.parametrize("database_kind", kinds, scope="session")


def pytest_collection_finish():
    """What was imported and collected stays to the end: looked through for garbage again and again, it took a
    twentieth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


MISSING = {  # what a skip says, and what is missing for which tests
    "no Chromium": ("CHROMIUM", "browser tests", "chromium-headless-shell"),
    "no Redis": ("REDIS", "tests of Celery", "redis-server"),
}


def pytest_terminal_summary(terminalreporter):
    """Say loudly that no browser looked at the pages, or that no Celery worked."""
    skipped = terminalreporter.stats.get("skipped", [])
    for said, (name, tests, package) in MISSING.items():
        unseen = sum(said in str(report.longrepr) for report in skipped)
        if unseen:
            terminalreporter.write_sep("!", red=True, bold=True)
            terminalreporter.write_line(
                f"NO {name} FOUND: {unseen} {tests} were SKIPPED. Debian: apt install {package}",
                red=True,
                bold=True,
            )
            terminalreporter.write_sep("!", red=True, bold=True)


@pytest.fixture(scope="session")
def databases(database_kind, request):
    """Fresh, upgraded, seeded databases of the kind this test runs on: see tests/databases.py."""
    return request.getfixturevalue(f"{database_kind}_databases")


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory):
    yield from _opened("sqlite", tmp_path_factory)


@pytest.fixture(scope="session")
def postgresql_databases(tmp_path_factory):
    yield from _opened("postgresql", tmp_path_factory)


def _opened(kind, tmp_path_factory):
    opened = KINDS[kind](tmp_path_factory.mktemp(kind))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def make_database_url(databases):
    """A callable that makes a fresh, upgraded, seeded database and returns its URL."""
    return databases.make


@pytest.fixture
def settings():
    """What a test module may override to change the app's settings."""
    return {}


@pytest.fixture(scope="session")
def street():
    return Street()


@pytest.fixture
def app(request, street, databases, mailroom, tmp_path, monkeypatch, settings):
    """The stand-alone application on a database of its own, its mails going to the mailroom.

    A test marked `own_app`, which builds on to its application, gets one that no other test has seen.
    """
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))
    usual = {
        "TESTING": True,
        "SECRET_KEY": "test",
        "HOPNPS_PUBLIC_URL": "https://avis.example.org",
        "HOPNPS_TOKEN_KEYS": ["a-test-key"],
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": mailroom.port,
        "MAIL_DEFAULT_SENDER": "Cycles Tilleul <bonjour@example.org>",
        "SERVER_NAME": None,
    }
    if request.node.get_closest_marker("own_app") is None:
        yield street.house(databases, usual | settings)
    else:
        house = House(databases, usual | settings)
        yield house.app
        house.tear_down()


@pytest.fixture
def house(app):
    """The extension, inside an application context."""
    with app.app_context():
        database.intend(writing=False)  # what a test looks at must not block what it sets going
        yield app.extensions["hopnps"]


@pytest.fixture
def session(house):
    return house.session


@pytest.fixture
def cast(session):
    """Named people, made on demand: see tests/people.py."""
    return Cast(session, now=NOON)


@pytest.fixture(scope="session")
def mailroom_server():
    server = Mailroom()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailroom(mailroom_server):
    """A real SMTP server on 127.0.0.1; `mailroom.mails` is what it accepted during this test."""
    mailroom_server.reset()
    return mailroom_server


@pytest.fixture
def run(app):
    """Run `hopnps ...` in this process; returns Click's result."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(commands, words)


@pytest.fixture
def desk(house):
    """Surveys, campaigns and one-shots ready to be sent: see tests/sending.py."""
    from tests.sending import Desk

    return Desk(house)
