"""hopnps db: make or bring up to date the tables."""

from __future__ import annotations

from email.utils import parseaddr

import click
from flask.cli import AppGroup

from hopnps import database
from hopnps.cli.context import house, now, session
from hopnps.services import seeds

group = AppGroup("db", help="The database.")


@group.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date; an empty database is then ready to send."""
    database.upgrade(house().db.engine)
    sender, _ = parseaddr(house().setting("MAIL_DEFAULT_SENDER"))
    seeds.sow(session(), now=now(), house=sender or "hopnps")
    session().commit()
    click.echo("The database is up to date.")
