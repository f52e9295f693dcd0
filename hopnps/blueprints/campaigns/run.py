"""All campaigns with their states and figures; one of them while its mails leave, and what it brought."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, numbers, pages
from hopnps.blueprints.campaigns import check, pace_words
from hopnps.blueprints.campaigns.room import bp
from hopnps.domain.errors import Refused
from hopnps.domain.pace import HOUSE, pace_of
from hopnps.i18n import ngettext, say
from hopnps.models import Campaign
from hopnps.services import (
    bounces,
    campaign_list,
    campaign_results,
    campaign_runs,
    campaigns,
    uncertain_mails,
)
from hopnps.services.campaign_list import Stage, stage_of
from hopnps.services.uncertain_mails import Chosen

PAGE = 25
UNCERTAIN = 100  # shown on the page; the list has them all
PROGRESS = "run"  # the id of the part that stays fresh
_SOON, _LATER = 6, 30  # seconds between two looks: while mails leave, and while answers come


@bp.get("/campaigns")
@access.opened_to(access.MARKETING)
def index() -> ResponseReturnValue:
    """All campaigns, the newest first."""
    page = numbers.page()
    found = campaigns.newest(doors.session(), limit=PAGE + 1, offset=PAGE * (page - 1))
    return render_template(
        "hopnps/campaigns/index.html",
        lines=campaign_list.lines(doors.session(), found[:PAGE], now=doors.now()),
        page=page,
        more=len(found) > PAGE,
    )


@bp.get("/campaigns/<nps_row:campaign_id>")
@access.opened_to(access.MARKETING)
def show(campaign_id: int) -> ResponseReturnValue:
    """Before the launch the check; after it what became of each mail, and what came back."""
    campaign = campaigns.find(doors.session(), campaign_id)
    if campaign.launched_at is None:
        return check.page(campaign)
    if pages.asked_part() == PROGRESS:
        return render_template("hopnps/campaigns/progress.html", **_progress(campaign))
    return render_template(
        "hopnps/campaigns/results.html",
        uncertain=campaign_results.uncertain(doors.session(), campaign, limit=UNCERTAIN),
        rest=campaign_runs.rest(doors.session(), campaign, now=doors.now()),
        reminds=_reminds(campaign),
        **_progress(campaign),
    )


@bp.post("/campaigns/<nps_row:campaign_id>/uncertain")
@access.opened_to(access.MARKETING)
def settle(campaign_id: int) -> ResponseReturnValue:
    """What a person decides of the mails that may have left; pressed twice, nothing is sent twice more."""
    session = doors.session()
    campaign = campaigns.find(session, campaign_id)
    chosen = _chosen(campaign)
    if request.form.get("fate") == "again":
        try:
            number = uncertain_mails.send_again(session, chosen, now=doors.now())
        except Refused as refused:
            session.rollback()
            flash(say(refused), "warning")
            return redirect(url_for(".show", campaign_id=campaign_id))
        told = ngettext("%(num)s mail leaves again.", "%(num)s mails leave again.", number)
    elif request.form.get("fate") == "sent":
        number = uncertain_mails.count_as_sent(session, chosen)
        told = ngettext(
            "%(num)s mail is counted as sent.", "%(num)s mails are counted as sent.", number
        )
    else:
        abort(400)
    session.commit()
    if number:
        flash(told, "success")
    return redirect(url_for(".show", campaign_id=campaign_id))


def _opens_at(campaign: Campaign, now: datetime) -> datetime | None:
    """When its hours begin again; None while they are open. By the recipients' clocks there is no one answer."""
    house = doors.house()
    pace = pace_of(house.setting, campaign.pace or {})
    opens = pace.hours.opens_at(now, house.timezone)
    return opens if opens > now and pace.zone == HOUSE else None


def _reminds(campaign: Campaign) -> bool:
    """Whether reminders may still leave: the last invitations have not expired."""
    days = timedelta(days=doors.house().setting("HOPNPS_EXPIRY_DAYS"))
    return bool(campaign.reminder_days) and campaign.due_at + days > doors.now()


def _chosen(campaign: Campaign) -> Chosen:
    """The mails that were ticked; none ticked means all that the button counts."""
    ticked = [int(one) for one in request.form.getlist("mail") if one.isdecimal() and len(one) < 10]
    return Chosen(campaign.id, ticked or None)


def _progress(campaign: Campaign) -> dict[str, Any]:
    now = doors.now()
    results = campaign_results.results(doors.session(), campaign, scope=doors.scope())
    stage = stage_of(campaign, results.waiting, now)
    pace = campaign_results.pace(doors.session(), campaign, now=now) if results.waiting else None
    return {
        "campaign": campaign,
        "results": results,
        "stage": stage,
        "why": pace_words.pause_reason(campaign),
        "opens_at": _opens_at(campaign, now) if stage == Stage.SENDING else None,
        "returned": bounces.returned(doors.session(), campaign, scope=doors.scope()),
        "per_hour": round(pace * 3600) if pace else None,
        "ends_at": now + timedelta(seconds=results.waiting / pace) if pace else None,
        "seconds": _SOON if results.waiting and campaign.due_at <= now else _LATER,
        "now": now,
    }
