"""The stage: an app on a fresh database of each kind, a real SMTP server, and the cast of tests/people.py."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from hopnps import create_app, database
from hopnps.cli import commands
from hopnps.domain import passwords
from tests.mailroom import Mailroom
from tests.people import Cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
hypothesis.settings.register_profile("hopnps", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("hopnps")
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


def pytest_terminal_summary(terminalreporter):
    """Say loudly that no browser looked at the pages."""
    skipped = terminalreporter.stats.get("skipped", [])
    unseen = sum("no Chromium" in str(report.longrepr) for report in skipped)
    if unseen:
        terminalreporter.write_sep("!", red=True, bold=True)
        terminalreporter.write_line(
            f"NO CHROMIUM FOUND: {unseen} browser tests were SKIPPED. Debian: apt install chromium",
            red=True,
            bold=True,
        )
        terminalreporter.write_sep("!", red=True, bold=True)


@pytest.fixture(scope="session")
def make_database_url(database_kind, request):
    """A callable that makes a fresh, upgraded, seeded database and returns its URL."""
    return request.getfixturevalue(f"make_{database_kind}_url")


@pytest.fixture(scope="session")
def make_sqlite_url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.sqlite"
    _upgrade(f"sqlite:///{template}", folder)

    def make() -> str:
        path = folder / f"{uuid.uuid4().hex}.sqlite"
        shutil.copy(template, path)
        return f"sqlite:///{path}"

    return make


@pytest.fixture(scope="session")
def make_postgresql_url(tmp_path_factory):
    import pgserver

    # not in pytest's own folder: another run would take back the rights that PostgreSQL's user needs there
    data = Path(tempfile.mkdtemp(prefix="hopnps-postgresql-"))
    server = pgserver.get_server(data / "data")
    base = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        connection.exec_driver_sql("CREATE DATABASE template_hopnps")
    folder = tmp_path_factory.mktemp("postgresql")
    _upgrade(base.set(database="template_hopnps").render_as_string(False), folder)

    def make() -> str:
        name = f"t{uuid.uuid4().hex}"
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template_hopnps")
        return base.set(database=name).render_as_string(False)

    yield make
    admin.dispose()
    server.cleanup()
    shutil.rmtree(data)


def _drop(url: sa.URL) -> None:
    """A test's database ends with it: hundreds of them would fill the disk."""
    if url.get_backend_name() == "sqlite":
        Path(url.database).unlink()
        return
    admin = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {url.database} WITH (FORCE)")
    admin.dispose()


def _upgrade(url: str, folder: Path) -> None:
    os.environ["HOPNPS_INSTANCE"] = str(folder)
    app = create_app(HOPNPS_DATABASE_URL=url)
    result = app.test_cli_runner().invoke(commands, ["db", "upgrade"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        app.extensions["hopnps"].db.engine.dispose()


@pytest.fixture
def settings():
    """What a test module may override to change the app's settings."""
    return {}


@pytest.fixture
def app(make_database_url, mailroom, tmp_path, monkeypatch, settings):
    """The stand-alone application on a database of its own, its mails going to the mailroom."""
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))
    usual = {
        "TESTING": True,
        "SECRET_KEY": "test",
        "HOPNPS_DATABASE_URL": make_database_url(),
        "HOPNPS_PUBLIC_URL": "https://avis.example.org",
        "HOPNPS_TOKEN_KEYS": ["a-test-key"],
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": mailroom.port,
        "MAIL_DEFAULT_SENDER": "Cycles Tilleul <bonjour@example.org>",
        "SERVER_NAME": None,
    }
    app = create_app(**usual | settings)
    app.teardown_request(lambda _fault: database.intend(writing=False))  # see `house`
    yield app
    with app.app_context():
        engine = app.extensions["hopnps"].db.engine
        engine.dispose()
        _drop(engine.url)


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
