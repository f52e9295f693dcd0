"""hopnps campaign status|pause|resume|cancel|send-rest: how far a campaign is, and a word to it while it runs."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import Any

import click

from hopnps import formats
from hopnps.cli.campaign import facts, group
from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.cli.nps import facts as nps_facts
from hopnps.domain.score import SCORES
from hopnps.i18n import gettext as _
from hopnps.models import Campaign
from hopnps.services import campaign_results, campaign_runs, campaigns
from hopnps.services.campaign_list import Stage, stage_of
from hopnps.services.campaign_results import Results

WHO = "hopnps campaign"  # what stands as who paused or cancelled it
__all__ = ["group"]
LOOK_SECONDS = 1.0
_number = click.argument("campaign_id", type=int)


@group.command("status")
@_number
@click.option("--watch", is_flag=True, help="Show a bar until nothing of it waits any more.")
@json_option
def status(campaign_id: int, watch: bool, as_json: bool) -> None:
    """Say how far a campaign is and what it brought."""
    campaign = campaigns.find(session(), campaign_id)
    if watch and not as_json:
        _watch(campaign)
    _print_status(campaign, as_json)


@group.command("pause")
@_number
@json_option
def pause(campaign_id: int, as_json: bool) -> None:
    """Let no more of its mails leave, until it is resumed."""
    changed = campaign_runs.pause(session(), campaign_id, by=WHO, now=now())
    words = _("The campaign is paused.") if changed else _("The campaign was paused before.")
    _done(campaign_id, words, as_json)


@group.command("resume")
@_number
@json_option
def resume(campaign_id: int, as_json: bool) -> None:
    """Let the mails of a paused campaign leave again."""
    changed = campaign_runs.resume(session(), campaign_id, by=WHO, now=now())
    words = _("The campaign goes on.") if changed else _("The campaign was not paused.")
    _done(campaign_id, words, as_json)


@group.command("cancel")
@_number
@json_option
def cancel(campaign_id: int, as_json: bool) -> None:
    """End a campaign: mails that wait are not sent, those that have left stay sent."""
    changed = campaign_runs.cancel(session(), campaign_id, by=WHO, now=now())
    words = _("The campaign is cancelled.") if changed else _("The campaign was cancelled before.")
    _done(campaign_id, words, as_json)


@group.command("send-rest")
@_number
@json_option
def send_rest(campaign_id: int, as_json: bool) -> None:
    """Send to those who were cancelled, or failed for a reason that passes; never again to one who was sent it."""
    number = campaign_runs.send_rest(
        session(), campaign_id, cadence=house().cadence, by=WHO, now=now()
    )
    _done(
        campaign_id, _("%(count)s mails wait again.", count=formats.count(number)), as_json, number
    )


def _done(campaign_id: int, words: str, as_json: bool, queued: int | None = None) -> None:
    session().commit()
    if not as_json:
        return click.echo(words)
    campaign = campaigns.find(session(), campaign_id)
    said = _status_facts(campaign, campaign_results.results(session(), campaign))
    print_json(said if queued is None else said | {"again": queued})


def _print_status(campaign: Campaign, as_json: bool) -> None:
    found = campaign_results.results(session(), campaign)
    if as_json:
        return print_json(_status_facts(campaign, found))
    click.echo(f"{campaign.id}  {campaign.name}")
    for line in [*_state_lines(campaign, found), *_result_lines(found)]:
        click.echo(line)


def _status_facts(campaign: Campaign, found: Results) -> dict[str, Any]:
    rate = campaign_results.pace(session(), campaign, now=now()) if found.waiting else None
    return (
        facts(campaign)
        | {
            "state": str(stage_of(campaign, found.waiting, now())),
            "paused_because": campaign.pause_reason,
            "queued": found.queued,
            "waiting": found.waiting,
            "deferred": found.put_off,
            "sent": found.sent,
            "failed": found.failed,
            "uncertain": found.uncertain,
            "skipped": found.skipped,
            "reminders": {
                number: dict(found.mails[number]) for number in found.mails if number > 1
            },
            "mails_per_minute": round(60 * rate, 1) if rate else None,
            "seconds_left": round(found.waiting / rate) if rate else None,
            "clicks": dict(zip(map(str, SCORES), found.clicks, strict=True)),
            "answers_per_score": dict(zip(map(str, SCORES), found.answers, strict=True)),
        }
        | nps_facts(found.tally)
    )


def _state_lines(campaign: Campaign, found: Results) -> list[str]:
    words = {
        Stage.DRAFT: _("not launched"),
        Stage.PLANNED: _("planned for %(when)s", when=formats.moment(campaign.due_at)),
        Stage.SENDING: _("being sent"),
        Stage.PAUSED: _("paused"),
        Stage.CANCELLED: _("cancelled"),
        Stage.SENT: _("all sent"),
    }
    told = words[stage_of(campaign, found.waiting, now())]
    lines = [": ".join(filter(None, [told, campaign.pause_reason.replace("\n", " ")]))]
    lines.append(
        _(
            "sent %(sent)s, waiting %(waiting)s, failed %(failed)s, uncertain %(uncertain)s",
            sent=formats.count(found.sent),
            waiting=formats.count(found.waiting),
            failed=formats.count(found.failed),
            uncertain=formats.count(found.uncertain),
        )
    )
    if found.put_off:
        lines.append(_("put off by the mail server: %(count)s", count=formats.count(found.put_off)))
    return lines + [
        f"  {reason}: {formats.count(number)}" for reason, number in found.skipped.items()
    ]


def _result_lines(found: Results) -> list[str]:
    lines = [
        _(
            "NPS %(nps)s, %(interval)s, %(answers)s answers",
            nps=formats.signed(found.tally.score),
            interval=formats.interval(found.tally.interval),
            answers=formats.count(found.tally.answers),
        )
        if found.tally.answers
        else formats.signed(None)
    ]
    lines.append(_("score, clicks, answers"))
    return lines + [
        f"{score:>5} {clicks:>7} {answers:>8}"
        for score, clicks, answers in zip(SCORES, found.clicks, found.answers, strict=True)
    ]


def _watch(campaign: Campaign, pause: Callable[[float], None] = sleep) -> None:
    """A bar that grows until nothing waits any more, or it was stopped."""
    with click.progressbar(
        length=max(1, campaign_results.results(session(), campaign).queued),
        label=campaign.name,
        show_pos=True,
    ) as bar:
        while True:
            session().rollback()
            session().refresh(campaign)
            found = campaign_results.results(session(), campaign)
            bar.length = max(1, found.queued)
            bar.update(found.queued - found.waiting - bar.pos)
            if stage_of(campaign, found.waiting, now()) != Stage.SENDING:
                return
            session().rollback()
            pause(LOOK_SECONDS)
