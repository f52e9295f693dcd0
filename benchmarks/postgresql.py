"""A folder -> a PostgreSQL server of a benchmark's own, gone with it, with the memory of one that keeps a million contacts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

SETTINGS = {"max_wal_size": "8GB", "checkpoint_timeout": "30min"}


@contextmanager
def postgresql(folder: Path, *, shared_buffers: str = "1GB", **more: str) -> Iterator[str]:
    """The URL of the server, whose files lie in this folder; `more` are its settings by their names."""
    import pgserver

    server = pgserver.get_server(folder / "postgresql")
    for name, value in (SETTINGS | {"shared_buffers": shared_buffers} | more).items():
        server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
    server.cleanup()
    server = pgserver.get_server(folder / "postgresql")  # with its settings
    try:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
