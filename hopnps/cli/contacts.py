"""hopnps contacts: a file of contacts in, a file of contacts out."""

from __future__ import annotations

from flask.cli import AppGroup

from hopnps.cli.imports import import_command
from hopnps.services import contact_import

group = AppGroup("contacts", help="The people who may be asked.")
group.add_command(import_command(contact_import, "Import a CSV or Excel file of contacts."))
