"""hopnps send: one survey to one person, if that person may be asked now."""

from __future__ import annotations

from uuid import uuid4

import click
from flask.cli import with_appcontext

from hopnps.cli.choices import mail_named
from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.domain.address import normalise
from hopnps.i18n import gettext as _
from hopnps.services import one_shots


@click.command("send")
@click.option("--survey", "survey_slug", metavar="SLUG", help="Survey to ask.")
@click.option("--to", "email", metavar="EMAIL", required=True, help="Address of a contact.")
@click.option(
    "--interaction", "reference", metavar="REFERENCE", help="The order or ticket it is about."
)
@click.option(
    "--template",
    "template_slug",
    metavar="SLUG",
    help="Mail to send; default: the survey's. Without a survey it is a plain word that asks nothing.",
)
@click.option("--external-id", help="Which contact, if several have this address.")
@click.option("--source", help="The source of that external id.")
@json_option
@with_appcontext
def command(
    survey_slug: str | None,
    email: str,
    reference: str | None,
    template_slug: str | None,
    external_id: str | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Write to one contact, about one order or ticket or none; `hopnps worker` sends the mail."""
    survey, template = mail_named(session(), survey_slug, template_slug)
    contact = one_shots.find_contact(
        session(), normalise(email), external_id=external_id, source=source
    )
    interaction = one_shots.find_interaction(session(), contact, reference) if reference else None
    invitation = one_shots.send(
        session(),
        contact=contact,
        survey=survey,
        template=template,
        interaction=interaction,
        nonce=uuid4().hex,
        cadence=house().cadence,
        expiry_days=house().setting("HOPNPS_EXPIRY_DAYS"),
        now=now(),
    )
    session().commit()
    if as_json:
        return print_json({"invitation": invitation.id, "queued": 1})
    click.echo(_("One mail to %(name)s is waiting to leave.", name=contact.name))
