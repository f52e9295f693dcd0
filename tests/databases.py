"""A kind of database -> fresh, upgraded, seeded databases for tests, and one that is put back after each test."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from hopnps import create_app
from hopnps.cli import commands

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
STRAYS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND xact_start IS NOT NULL"
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class SqliteFiles:
    """Copies of one upgraded file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"
        upgrade(f"sqlite:///{self.template}", folder)

    def make(self) -> str:
        path = self.folder / f"{uuid.uuid4().hex}.sqlite"
        shutil.copy(self.template, path)
        return f"sqlite:///{path}"

    def hurry(self, engine: sa.Engine) -> None:
        """Nothing of a test need outlive a power cut."""
        sa.event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA synchronous = OFF"))

    def put_back(self, engine: sa.Engine) -> None:
        """The file is as it was seeded again."""
        path = Path(engine.url.database or "")
        self.drop(engine)
        shutil.copy(self.template, path)

    def drop(self, engine: sa.Engine) -> None:
        """A test's database ends with it: hundreds of them would fill the disk."""
        engine.dispose()
        for ending in ("", "-wal", "-shm"):
            Path(f"{engine.url.database}{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        pass


class PostgresqlServer:
    """A server of our own, gone with the tests. Its databases are copies of one that is upgraded and seeded.

    They carry their seeds in a schema beside ours: putting a thousand rows back is forty times faster than a copy.
    """

    def __init__(self, folder: Path) -> None:
        import pgserver

        self.pg_ctl = pgserver.pg_ctl
        # not in pytest's own folder: another run would take back the rights that PostgreSQL's user needs there
        self.data = Path(tempfile.mkdtemp(prefix="hopnps-postgresql-"))
        self.server = pgserver.get_server(self.data / "data")
        self.base = sa.make_url(self.server.get_uri()).set(drivername="postgresql+psycopg")
        self.admin = sa.create_engine(self.base, isolation_level="AUTOCOMMIT")
        self._do(*(f"ALTER SYSTEM SET {setting}" for setting in FAST), "SELECT pg_reload_conf()")
        self._do("CREATE DATABASE template_hopnps")
        template = self.base.set(database="template_hopnps")
        upgrade(template.render_as_string(False), folder)
        keep_seeds(template)

    def make(self) -> str:
        name = f"t{uuid.uuid4().hex}"
        self._do(f"CREATE DATABASE {name} TEMPLATE template_hopnps")
        return self.base.set(database=name).render_as_string(False)

    def hurry(self, engine: sa.Engine) -> None:
        """The whole server does: see FAST."""

    def put_back(self, engine: sa.Engine) -> None:
        """The rows are as they were seeded again; who still holds some is shown the door."""
        with self.admin.connect() as connection:
            connection.execute(sa.text(STRAYS), {"name": engine.url.database})
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT seeds.put_back()")

    def drop(self, engine: sa.Engine) -> None:
        engine.dispose()
        self._do(f"DROP DATABASE {engine.url.database} WITH (FORCE)")

    def close(self) -> None:
        """At once: what would be kept for the next start is thrown away."""
        self.admin.dispose()
        stop = ["-w", "-m", "immediate", "stop"]
        self.pg_ctl(stop, pgdata=self.server.pgdata, user=self.server.system_user)
        self.server.cleanup()
        shutil.rmtree(self.data)

    def _do(self, *statements: str) -> None:
        with self.admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


KINDS: dict[str, Callable[[Path], SqliteFiles | PostgresqlServer]] = {
    "sqlite": SqliteFiles,
    "postgresql": PostgresqlServer,
}


def close_all_but(connection: sa.Connection) -> None:
    """What a restart of the server means for everybody else who is connected to this database."""
    connection.exec_driver_sql(OTHERS)


def upgrade(url: str, folder: Path) -> None:
    """What `hopnps db upgrade` does to an empty database."""
    os.environ["HOPNPS_INSTANCE"] = str(folder)
    app = create_app(HOPNPS_DATABASE_URL=url)
    result = app.test_cli_runner().invoke(commands, ["db", "upgrade"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        app.extensions["hopnps"].db.engine.dispose()


def keep_seeds(url: sa.URL) -> None:
    """Copies of all rows, and a function that puts them back."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = connection.execute(sa.text("SELECT sequencename, last_value FROM pg_sequences"))
        body = "PERFORM set_config('session_replication_role', 'replica', true);"  # no foreign keys
        connection.exec_driver_sql("CREATE SCHEMA seeds")
        for table in tables:
            kept = connection.exec_driver_sql(f"CREATE TABLE seeds.{table} AS TABLE {table}")
            body += f"DELETE FROM {table};"
            if kept.rowcount:
                body += f"INSERT INTO {table} SELECT * FROM seeds.{table};"
        for name, last in rows:
            body += f"PERFORM setval('{name}', {last or 1}, {last is not None});"
        connection.exec_driver_sql(
            f"CREATE FUNCTION seeds.put_back() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )
    engine.dispose()
