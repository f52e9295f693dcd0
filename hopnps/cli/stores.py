"""hopnps stores: a file of stores and regions in."""

from __future__ import annotations

from flask.cli import AppGroup

from hopnps.cli.imports import import_command
from hopnps.services import store_import

group = AppGroup("stores", help="Where clients are served.")
group.add_command(import_command(store_import, "Import a CSV or Excel file of stores and regions."))
