"""A draft before it leaves: who gets it and who does not, its hardest mails, what was checked, a test to oneself."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, numbers
from hopnps.access import principal
from hopnps.blueprints.campaigns import pace_words
from hopnps.blueprints.campaigns.room import bp, draft, look
from hopnps.domain.languages import spoken
from hopnps.i18n import gettext as _
from hopnps.models import Campaign, NoticeKind
from hopnps.services import (
    audiences,
    campaign_checks,
    campaign_drafts,
    campaign_forecast,
    notices,
    people_search,
)
from hopnps.services.campaign_checks import Check, Sample
from hopnps.services.frequency import cadence_of


def page(campaign: Campaign) -> ResponseReturnValue:
    """The check before the launch; an unfinished draft is taken up where it was left."""
    missing = campaign_drafts.missing(campaign)
    if missing is not None or campaign.template is None:
        return redirect(url_for(f".{missing}", campaign_id=campaign.id))
    version, shown = campaign.template.current, look()
    found = campaign_checks.check(doors.session(), campaign, links=doors.house().links, **shown)
    sample = _chosen(found)
    audience = audiences.count(doors.session(), campaign, **shown)
    return render_template(
        "hopnps/campaigns/check.html",
        campaign=campaign,
        audience=audience,
        forecast=campaign_forecast.foretell(
            doors.session(), campaign, audience.recipients, now=shown["now"]
        ),
        version=version,
        check=found,
        sample=sample,
        language=doors.language(),
        test=_latest_test(campaign),
        my_address=_my_address(),
        frequency_days=doors.house().cadence.days,
        rule_days=cadence_of(campaign.survey, shown["cadence"]).days,
        pace=pace_words.said(campaign, audience.recipients),
        reminders=audience.recipients * len(campaign.reminder_days) if campaign.survey else 0,
        now=shown["now"],
    )


@bp.post("/campaigns/<nps_row:campaign_id>/tests")
@access.opened_to(access.MARKETING)
def test(campaign_id: int) -> ResponseReturnValue:
    """The mail that is shown, sent to who asks; it is counted nowhere."""
    campaign = draft(campaign_id)
    email = _my_address()
    if not email or campaign.template is None:
        abort(404)
    contact = people_search.contact(doors.session(), numbers.asked("contact"))
    asker = principal()
    language = campaign.template.current.text_in(spoken(contact.language)).language
    notices.send(
        doors.session(),
        NoticeKind.TEST,
        email=email,
        name=asker.name if asker else "",
        language=doors.language(),
        facts={
            "template_version_id": campaign.template.current.id,
            "survey_id": campaign.survey_id,
            "contact_id": contact.id,
            "interaction_id": None,
            "language": language,
        },
        by=doors.asker(),
        now=doors.now(),
    )
    doors.session().commit()
    flash(_("The test is on its way to %(email)s.", email=email), "success")
    return redirect(url_for(".show", campaign_id=campaign.id, contact=contact.id, _anchor="mails"))


def _chosen(check: Check) -> Sample | None:
    """The one whose mail is shown: the one asked for, else the first."""
    asked = request.args.get("contact", 0, type=int)
    found = [one for one in check.samples if one.contact.id == asked]
    return next(iter(found or check.samples), None)


def _latest_test(campaign: Campaign) -> object:
    email = _my_address()
    if not email or campaign.template is None:
        return None
    return campaign_checks.latest_test(doors.session(), campaign.template.current, email)


def _my_address() -> str:
    asker = principal()
    return asker.email if asker else ""
