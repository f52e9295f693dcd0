"""hopnps db: make or bring up to date the tables."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hopnps import database
from hopnps.cli.context import house

group = AppGroup("db", help="The database.")


@group.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date; an empty database is then ready to send."""
    database.upgrade(house().db.engine)
    click.echo("The database is up to date.")
