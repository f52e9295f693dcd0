"""hopnps deliveries: the mails that may have left, and what a person decides of them."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from hopnps import formats
from hopnps.cli.context import json_option, now, print_json, session
from hopnps.i18n import gettext as _
from hopnps.models import Delivery, DeliveryState
from hopnps.services import campaigns, delivery_list, uncertain_mails

group = AppGroup("deliveries", help="Mails one by one: what became of them, and what is uncertain.")
_campaign = click.option("--campaign", "campaign_id", type=int, help="Only those of this campaign.")
_ids = click.argument("ids", nargs=-1, type=click.IntRange(1, 2**31 - 1))
_all = click.option("--all-uncertain", is_flag=True, help="All of --campaign that are uncertain.")


@group.command("list")
@click.option(
    "--state",
    type=click.Choice([one.value for one in DeliveryState]),
    help="Only those in this state.",
)
@_campaign
@json_option
def show(state: str | None, campaign_id: int | None, as_json: bool) -> None:
    """List mails, the oldest first."""
    found = delivery_list.found(session(), state=state, campaign_id=campaign_id)
    if as_json:
        return print_json([_facts(mail, email) for mail, email in found])
    for mail, email in found:
        click.echo(f"{mail.id}\t{mail.state}\t{email}\t{mail.message_id}")


@group.command("resend")
@_ids
@_all
@_campaign
@json_option
def resend(
    ids: tuple[int, ...], all_uncertain: bool, campaign_id: int | None, as_json: bool
) -> None:
    """Send uncertain mails again, with the same Message-ID; who had got one gets it twice."""
    chosen = _chosen(ids, all_uncertain, campaign_id)
    number = uncertain_mails.send_again(session(), chosen, now=now())
    _done(_("%(count)s mails leave again.", count=formats.count(number)), number, as_json)


@group.command("settle")
@_ids
@_all
@_campaign
@click.option("--as", "fate", type=click.Choice(["sent"]), required=True, help="What they are.")
@json_option
def settle(
    ids: tuple[int, ...], all_uncertain: bool, campaign_id: int | None, fate: str, as_json: bool
) -> None:
    """Say what became of uncertain mails."""
    number = uncertain_mails.count_as_sent(session(), _chosen(ids, all_uncertain, campaign_id))
    _done(_("%(count)s mails count as sent.", count=formats.count(number)), number, as_json)


def _chosen(
    ids: tuple[int, ...], all_uncertain: bool, campaign_id: int | None
) -> uncertain_mails.Chosen:
    """Those that are named, or all of a campaign: never all there are by an oversight."""
    if bool(ids) == all_uncertain or (all_uncertain and campaign_id is None):
        raise click.UsageError(_("Name mails by their ids, or say --all-uncertain --campaign ID."))
    if campaign_id is not None:
        campaigns.find(session(), campaign_id)
    return uncertain_mails.Chosen(campaign_id, None if all_uncertain else ids)


def _done(words: str, number: int, as_json: bool) -> None:
    session().commit()
    if as_json:
        return print_json({"changed": number})
    click.echo(words)


def _facts(mail: Delivery, email: str) -> dict[str, Any]:
    return {
        "id": mail.id,
        "email": email,
        "state": mail.state,
        "message_id": mail.message_id,
        "campaign": mail.campaign_id,
        "number": mail.number,
        "reason": mail.reason,
        "attempts": mail.attempts,
        "due_at": mail.due_at.isoformat(),
        "tried_at": mail.data_at.isoformat() if mail.data_at else None,
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
    }
