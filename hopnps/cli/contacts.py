"""hopnps contacts: a file of contacts in, a file of contacts out."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import click
from flask.cli import AppGroup
from flask_babel import get_locale

from hopnps import database
from hopnps.cli.context import house, now, session
from hopnps.cli.imports import import_command
from hopnps.domain.languages import FRENCH
from hopnps.domain.sheets import Format
from hopnps.services import contact_export, contact_import, segments

group = AppGroup("contacts", help="The people who may be asked.")
group.add_command(import_command(contact_import, "Import a CSV or Excel file of contacts."))


@group.command("export")
@click.option(
    "--format",
    "format_",
    type=click.Choice([format_.value for format_ in Format]),
    help="csv (UTF-8, commas), csv-fr (opens in a French Excel) or xlsx. Default: as FILE is called, else csv.",
)
@click.option("--segment", metavar="SLUG", help="Only the contacts of this segment.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write. Default: standard output.",
)
def export(format_: str | None, segment: str | None, output: Path | None) -> None:
    """Write the contacts as a file that re-imports to the same contacts."""
    database.intend(writing=False)
    chosen = Format(format_ or (Format.XLSX if output and output.suffix == ".xlsx" else Format.CSV))
    try:
        with TemporaryDirectory(dir=output.absolute().parent if output else None) as folder:
            whole = Path(folder, "export")  # a file that breaks off half-way would look whole
            with whole.open("wb") as file:
                _export(file, chosen, segment)
            if output:
                whole.replace(output)
            else:
                with whole.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
    except OSError as fault:
        raise click.ClickException(f"{output or 'stdout'}: {fault.strerror}") from fault


def _export(file: BinaryIO, format_: Format, segment: str | None) -> None:
    """All contacts, or the members of a segment as they are now."""
    timezone = house().timezone
    members = None
    if segment:
        rule = segments.find(session(), segment).rule
        members = segments.members(rule, now=now(), timezone=timezone)
    language = FRENCH if format_ is Format.CSV_FR else get_locale().language
    contact_export.export(
        session(), file, format_, timezone=timezone, members=members, language=language
    )
