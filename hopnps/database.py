"""The database of a stand-alone house: engine options, SQLite's pragmas, schema upgrades."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from hopnps.models import Base

BUSY_SECONDS = 30
RESTED_SECONDS = 0.25  # no server stops and starts within less
_RESTS_SINCE = "hopnps_rests_since"
_intent: ContextVar[str] = ContextVar("hopnps_intent", default="IMMEDIATE")
_durable: ContextVar[bool] = ContextVar("hopnps_durable", default=False)
_patience: ContextVar[float] = ContextVar("hopnps_patience", default=BUSY_SECONDS)
COPY_AFTER = 4000  # pages of SQLite's log: many votes and mails change the same ones, which are then copied once for all
PAGE = 4096  # bytes
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"wal_autocheckpoint={COPY_AFTER}",
    f"journal_size_limit={COPY_AFTER * PAGE * 5 // 4}",  # a log that had to grow is cut when it is copied
)
VERSION_TABLE = "nps_alembic_version"
MIGRATIONS = Path(__file__).parent / "migrations"


def engine_options(url: str) -> dict[str, Any]:
    """SQLite gets its transactions from us (see arm_sqlite); a PostgreSQL connection that rested is tried before it is
    used: one that just was needs no question more, which each transaction of a busy worker or page would wait for.

    No value of a row stands in a logged fault: it may be an address or a password's hash.
    """
    quiet = {"hide_parameters": True}
    if sa.make_url(url).get_backend_name() == "sqlite":
        return quiet | {"connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None}}
    return quiet | {"pool_events": [(_note_rest, "checkin"), (_try_rested, "checkout")]}


def arm_sqlite(engine: sa.Engine) -> None:
    """WAL, foreign keys, and BEGIN IMMEDIATE: two writers then wait for each other instead of failing.

    Who said `intend(writing=False)` gets a plain BEGIN: readers neither wait nor make others wait.
    """
    if engine.dialect.name != "sqlite":
        return
    log = Path(f"{engine.url.database}-wal")

    @event.listens_for(engine, "do_connect")
    def keep_private(_dialect: Any, _record: Any, _where: Any, _options: Any) -> None:
        """A new file is its owner's alone, and SQLite gives its log the same rights: clients stand in it."""
        path = Path(engine.url.database or ":memory:")
        if path.name != ":memory:" and path.parent.is_dir() and not path.exists():
            path.touch(0o600)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        _say_anew(connection, "busy_timeout", f"{_patience.get() * 1000:.0f}")
        _say_anew(connection, "synchronous", "FULL" if _durable.get() else "NORMAL")
        _say_anew(connection, "wal_autocheckpoint", str(_copy_after(log)))
        connection.exec_driver_sql(f"BEGIN {_intent.get()}")


def intend(*, writing: bool, patience: float = BUSY_SECONDS, durable: bool = False) -> None:
    """Say before the first query of a request or thread whether it will write. Only SQLite listens.

    `patience`: how many seconds to wait for another writer before giving up with an OperationalError.
    `durable`: a commit outlives a loss of power too, and not only the end of this process.
    """
    _intent.set("IMMEDIATE" if writing else "DEFERRED")
    _patience.set(patience)
    _durable.set(durable)


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring our tables to this revision; the host's tables are not looked at."""
    with _for_migrations(engine) as connection:
        command.upgrade(_alembic(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    with _for_migrations(engine) as connection:
        command.downgrade(_alembic(connection), revision)


def is_ours(name: str | None, kind: str, parents: Any = None) -> bool:
    """Alembic's `include_name` for our own tables."""
    return kind != "table" or name in Base.metadata.tables or name == VERSION_TABLE


def is_hosts(name: str | None, kind: str, parents: Any = None) -> bool:
    """Alembic's `include_name` for a host: its autogenerate then leaves our tables alone."""
    return kind != "table" or not is_ours(name, kind, parents)


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_RESTS_SINCE] = monotonic()


def _try_rested(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """A server that was started anew has closed them all: then SQLAlchemy makes new ones."""
    since = record.info.get(_RESTS_SINCE)
    if since is None or monotonic() - since < RESTED_SECONDS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.rollback()  # it was a transaction
    except Exception as error:
        raise sa.exc.InvalidatePoolError from error


def _copy_after(log: Path) -> int:
    """As long as somebody reads an old state the log cannot be copied, and each vain try reads all of it: it is tried
    again each time the log has doubled.
    """
    try:
        pages = log.stat().st_size // PAGE
    except OSError:
        return COPY_AFTER
    after = COPY_AFTER
    while pages >= 2 * COPY_AFTER and after <= pages:
        after *= 2
    return after


def _say_anew(connection: sa.Connection, pragma: str, value: str) -> None:
    """Only if this connection was not told the same before: each statement may wait for Python's other threads."""
    held, name = connection.connection, f"hopnps_{pragma}"
    if held.info.get(name) != value:
        held.dbapi_connection.execute(f"PRAGMA {pragma}={value}")  # type: ignore[union-attr]
        held.info[name] = value


@contextmanager
def _for_migrations(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction. SQLite changes a table by making it anew, and would first delete what refers to the old one."""
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        if engine.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]  # before the transaction begins
        try:
            with connection.begin():
                yield connection
        finally:
            if engine.dialect.name == "sqlite":
                driver.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _alembic(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
