"""A word to a campaign that runs: pause, go on, end it, send the rest."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, formats
from hopnps.blueprints.campaigns.room import bp
from hopnps.domain.errors import HopNPSError
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext, say
from hopnps.services import campaign_results, campaign_runs, campaigns


@bp.post("/campaigns/<nps_row:campaign_id>/pause")
@access.opened_to(access.MARKETING)
def pause(campaign_id: int) -> ResponseReturnValue:
    """Let no more mails leave."""

    def order() -> str:
        campaign_runs.pause(doors.session(), campaign_id, by=doors.asker() or "–", now=doors.now())
        return _("The campaign is paused.")

    return _obeyed(campaign_id, order)


@bp.post("/campaigns/<nps_row:campaign_id>/resumption")
@access.opened_to(access.MARKETING)
def resume(campaign_id: int) -> ResponseReturnValue:
    """Let them leave again."""

    def order() -> str:
        campaign_runs.resume(doors.session(), campaign_id, by=doors.asker(), now=doors.now())
        return _("The campaign goes on.")

    return _obeyed(campaign_id, order)


@bp.route("/campaigns/<nps_row:campaign_id>/cancellation", methods=["GET"])
@access.opened_to(access.MARKETING)
def confirm_cancel(campaign_id: int) -> ResponseReturnValue:
    """What ends, and what cannot be taken back."""
    campaign = campaigns.find(doors.session(), campaign_id)
    if campaign.launched_at is None or campaign.cancelled_at is not None:
        return redirect(url_for(".show", campaign_id=campaign_id))
    results = campaign_results.results(doors.session(), campaign)
    return render_template(
        "hopnps/campaigns/cancellation.html", campaign=campaign, results=results, now=doors.now()
    )


@bp.post("/campaigns/<nps_row:campaign_id>/cancellation")
@access.opened_to(access.MARKETING)
def cancel(campaign_id: int) -> ResponseReturnValue:
    """End it."""

    def order() -> str:
        campaign_runs.cancel(doors.session(), campaign_id, by=doors.asker(), now=doors.now())
        return _("The campaign is cancelled.")

    return _obeyed(campaign_id, order)


@bp.post("/campaigns/<nps_row:campaign_id>/rest")
@access.opened_to(access.MARKETING)
def send_rest(campaign_id: int) -> ResponseReturnValue:
    """To those who were cancelled, or failed for a reason that passes."""

    def order() -> str:
        number = campaign_runs.send_rest(
            doors.session(), campaign_id, cadence=doors.house().cadence, now=doors.now()
        )
        return ngettext(
            "%(count)s mail waits again.",
            "%(count)s mails wait again.",
            number,
            count=formats.count(number),
        )

    return _obeyed(campaign_id, order)


def _obeyed(campaign_id: int, order: Callable[[], str]) -> ResponseReturnValue:
    """The campaign's page, with what was done or why it was not."""
    try:
        told = order()
    except HopNPSError as refused:
        doors.session().rollback()
        campaigns.find(doors.session(), campaign_id)  # or there is none
        flash(say(refused), "warning")
    else:
        doors.session().commit()
        flash(told, "success")
    return redirect(url_for(".show", campaign_id=campaign_id))
