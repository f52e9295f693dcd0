"""hopnps addresses: what is true of an e-mail address, whoever bears it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hopnps.cli.context import json_option, now, print_json, session
from hopnps.domain.address import normalise
from hopnps.i18n import gettext as _
from hopnps.services import address_clearing

WHO = "hopnps addresses"  # what stands as who cleared it
group = AppGroup("addresses", help="E-mail addresses: which are written to no more, and why.")


@group.command("clear")
@click.argument("email")
@click.option(
    "--request",
    default="",
    metavar="WORDS",
    help="Needed for a person who unsubscribed: when and how they asked to get mails again. It is kept.",
)
@click.option("--by", default=WHO, metavar="NAME", help="Who says so. It is kept.")
@json_option
def clear(email: str, request: str, by: str, as_json: bool) -> None:
    """Write again to an address whose mails came back, or whose owner took back their unsubscription."""
    address = address_clearing.find(session(), normalise(email))
    lifted = address_clearing.obstacle(address)
    address_clearing.clear(session(), address, request=request, by=by.strip() or WHO, now=now())
    session().commit()
    if as_json:
        return print_json({"email": address.email, "cleared": str(lifted)})
    click.echo(_("%(email)s may be written to again.", email=address.email))
