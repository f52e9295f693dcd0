"""hopnps interactions: a file of orders, tickets, ... in."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hopnps.cli.imports import import_command
from hopnps.services import interaction_import

KIND = click.Option(
    ["--kind"], default="", help="What lines are that do not say so: order, ticket, ..."
)

group = AppGroup("interactions", help="What happened between us and our clients.")
group.add_command(
    import_command(interaction_import, "Import a CSV or Excel file of orders, tickets, ...", KIND)
)
