"""hopnps responses: answers that were given before us, in."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hopnps.cli.imports import import_command
from hopnps.models import Scale
from hopnps.services import response_import

group = AppGroup("responses", help="The answers of clients.")
group.add_command(
    import_command(
        response_import,
        "Import a CSV or Excel file of past answers.",
        click.Option(["--survey"], required=True, metavar="SLUG", help="Which survey they answer."),
        click.Option(
            ["--scale"],
            type=click.Choice([scale.value for scale in Scale]),
            default=Scale.OFFICIAL.value,
            help="1-10 marks scores of an old scale: kept apart, they enter no NPS.",
        ),
    )
)
