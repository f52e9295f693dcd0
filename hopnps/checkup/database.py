"""Where our tables live -> whether they are there, and as this version of hopnps wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hopnps import database
from hopnps.checkup.finding import Finding, fault, ok
from hopnps.i18n import gettext as _

OLDEST_POSTGRESQL = 12
_CHECK = "database"


def look(house: Any) -> Iterator[Finding]:
    """Its version, and that of our tables."""
    database.intend(writing=False)
    engine = house.db.engine
    try:
        with engine.connect() as connection:
            options = {"version_table": database.VERSION_TABLE}
            found = MigrationContext.configure(connection, opts=options).get_current_revision()
            yield _server(connection)
    except sa.exc.OperationalError as error:
        words = " ".join(str(error.orig).split())[:300]
        yield fault(
            _CHECK,
            _("The database cannot be reached: %(why)s", why=words),
            _("Look at HOPNPS_DATABASE_URL, and whether the database runs."),
        )
        return
    newest = ScriptDirectory(str(database.MIGRATIONS)).get_current_head()
    if found == newest:
        yield ok(_CHECK, _("The tables are those of this version (%(revision)s).", revision=found))
    else:
        yield fault(
            _CHECK,
            _(
                "The tables are those of another version (%(found)s, not %(newest)s).",
                found=found or "–",
                newest=newest,
            ),
            _("Make a copy of the database, then run: hopnps db upgrade"),
        )


def _server(connection: sa.Connection) -> Finding:
    version: tuple[Any, ...] = connection.dialect.server_version_info or (0,)
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.dialect.name, "?")
    written = ".".join(str(part) for part in version)
    said = _("%(database)s %(version)s answers.", database=name, version=written)
    if name == "PostgreSQL" and version[0] < OLDEST_POSTGRESQL:
        mend = _("Use PostgreSQL %(oldest)s or newer.", oldest=OLDEST_POSTGRESQL)
        return fault(_CHECK, said, mend)
    return ok(_CHECK, said)
