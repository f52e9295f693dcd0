"""The launch: what cannot be taken back is said once more, and exactly what was announced leaves, or nothing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, formats
from hopnps.blueprints.campaigns import pace_words
from hopnps.blueprints.campaigns.room import bp, draft, look
from hopnps.domain.errors import HopNPSError
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext, say
from hopnps.numbers import LARGEST
from hopnps.services import audiences, campaign_checks, campaign_drafts, campaigns
from hopnps.services.campaigns import Announced, Moved


@bp.get("/campaigns/<nps_row:campaign_id>/launch")
@access.opened_to(access.MARKETING)
def confirm(campaign_id: int) -> ResponseReturnValue:
    """To how many, when, and what cannot be taken back."""
    campaign = draft(campaign_id)
    if campaign_drafts.missing(campaign):
        return redirect(url_for(".show", campaign_id=campaign_id))
    shown = look()
    audience = audiences.count(doors.session(), campaign, **shown)
    check = campaign_checks.check(doors.session(), campaign, links=doors.house().links, **shown)
    if not audience.recipients or not check.may_leave:
        return redirect(url_for(".show", campaign_id=campaign_id))
    return render_template(
        "hopnps/campaigns/launch.html",
        campaign=campaign,
        audience=audience,
        announced=request.args.get("people", audience.recipients, type=int),
        mark=campaigns.mark(campaign),
        pace=pace_words.said(campaign, audience.recipients),
        frequency_days=doors.house().cadence.days,
        now=shown["now"],
    )


@bp.post("/campaigns/<nps_row:campaign_id>/launch")
@access.opened_to(access.MARKETING)
def launch(campaign_id: int) -> ResponseReturnValue:
    """Send what the button announced; pressed twice, nobody is written to twice."""
    session = doors.session()
    campaign = campaigns.find(session, campaign_id)
    try:
        result = campaigns.launch(
            session,
            campaign,
            cadence=doors.house().cadence,
            expiry_days=doors.house().setting("HOPNPS_EXPIRY_DAYS"),
            announced=_announced(),
            now=doors.now(),
        )
    except HopNPSError as refused:
        session.rollback()
        flash(_in_words(refused), "warning")
        return redirect(url_for(".show", campaign_id=campaign_id))
    session.commit()
    if result.again:
        flash(_("This campaign was launched before: nobody is written to twice."), "warning")
    else:
        flash(
            ngettext(
                "%(count)s mail is queued.",
                "%(count)s mails are queued.",
                result.queued,
                count=formats.count(result.queued),
            ),
            "success",
        )
    return redirect(url_for(".show", campaign_id=campaign_id))


def _announced() -> Announced:
    """What the button said; who pressed none was announced nothing."""
    people = request.form.get("people", 0, type=int)
    return Announced(min(max(people, 0), LARGEST), request.form.get("mark", ""))


def _in_words(refused: HopNPSError) -> str:
    if not isinstance(refused, Moved) or refused.people is None:
        return say(refused)
    return ngettext(
        "%(count)s person may get it now, not %(before)s: the audience moved. Nothing has left.",
        "%(count)s people may get it now, not %(before)s: the audience moved. Nothing has left.",
        refused.people,
        count=formats.count(refused.people),
        before=formats.count(refused.values["announced"]),
    )
