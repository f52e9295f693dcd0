"""hopnps campaign: one mail to everybody in a segment who may get it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup

from hopnps import formats
from hopnps.cli.choices import mail_named
from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.domain.moments import read_moment
from hopnps.i18n import gettext as _
from hopnps.models import Campaign
from hopnps.services import campaigns, segments
from hopnps.services.campaigns import LaunchResult

group = AppGroup("campaign", help="Campaigns: one mail to everybody in a segment.")


@group.command("launch")
@click.option("--survey", "survey_slug", metavar="SLUG", help="Survey to ask.")
@click.option("--segment", "segment_slug", metavar="SLUG", required=True, help="Whom to write to.")
@click.option(
    "--template",
    "template_slug",
    metavar="SLUG",
    help="Mail to send; default: the survey's. Without a survey it is a plain word that asks nothing.",
)
@click.option(
    "--name",
    default="",
    help="What to call it. Launching the same campaign under the same name again queues nobody twice.",
)
@click.option("--at", "at", metavar="TIME", help="When it leaves, such as 2026-03-31 09:30.")
@json_option
def launch(
    survey_slug: str | None,
    segment_slug: str,
    template_slug: str | None,
    name: str,
    at: str | None,
    as_json: bool,
) -> None:
    """Queue one mail for everybody in a segment who may get it; `hopnps worker` sends them."""
    survey, template = mail_named(session(), survey_slug, template_slug)
    campaign = campaigns.named(
        session(),
        name=name,
        survey=survey,
        segment=segments.find(session(), segment_slug),
        template=template,
        due_at=_moment(at),
        timezone=house().timezone,
        now=now(),
    )
    result = campaigns.launch(
        session(),
        campaign,
        cadence=house().cadence,
        expiry_days=house().setting("HOPNPS_EXPIRY_DAYS"),
        now=now(),
    )
    session().commit()
    _print_launch(campaign, result, as_json)


@group.command("list")
@json_option
def show(as_json: bool) -> None:
    """List the campaigns, the newest first."""
    found = campaigns.newest(session(), limit=1000)
    if as_json:
        return print_json([facts(campaign) for campaign in found])
    for campaign in found:
        when = formats.moment(campaign.due_at) if campaign.launched_at else _("not launched")
        click.echo(f"{campaign.id}\t{when}\t{campaign.name}")


def _moment(text: str | None) -> datetime | None:
    return read_moment(text, house().timezone) if text else None


def _print_launch(campaign: Campaign, result: LaunchResult, as_json: bool) -> None:
    if result.again:
        click.echo(_("This campaign was launched before: nobody is written to twice."), err=True)
    skipped = {str(reason): number for reason, number in result.skipped.items()}
    if as_json:
        return print_json(
            {"campaign": result.campaign_id, "queued": result.queued, "skipped": skipped}
        )
    click.echo(
        _(
            "Campaign %(id)s: %(queued)s mails queued for %(when)s.",
            id=campaign.id,
            queued=formats.count(result.queued),
            when=formats.moment(campaign.due_at),
        )
    )
    for reason, number in skipped.items():
        click.echo(f"  {reason}: {formats.count(number)}")


def facts(campaign: Campaign) -> dict[str, Any]:
    """What a campaign is, for scripts."""
    return {
        "campaign": campaign.id,
        "name": campaign.name,
        "survey": campaign.survey.slug if campaign.survey else None,
        "template": campaign.template.slug if campaign.template else None,
        "segment": campaign.segment.slug if campaign.segment else None,
        "due_at": campaign.due_at.isoformat(),
        "launched_at": campaign.launched_at.isoformat() if campaign.launched_at else None,
    }
