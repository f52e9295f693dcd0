"""Campaigns for marketers: prepare one, see who gets it before it leaves, launch it, watch what it brings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, formats, numbers
from hopnps.domain.errors import HopNPSError, Invalid
from hopnps.domain.languages import LANGUAGES, spoken
from hopnps.forms.campaign import CampaignForm
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext, say
from hopnps.mail_frame import framed
from hopnps.models import Campaign, Contact, DeliveryState, SkipReason
from hopnps.services import audiences, campaign_results, campaigns, mails, one_shots

bp = Blueprint("hopnps_campaigns", __name__)
access.guard(bp)
PAGE = 100
RECIPIENTS = "recipients"
EVERYONE = "everyone"


@bp.get("/campaigns")
@access.opened_to(access.MARKETING)
def index() -> ResponseReturnValue:
    """All campaigns, the newest first."""
    page = numbers.page()
    found = campaigns.newest(doors.session(), limit=PAGE + 1, offset=PAGE * (page - 1))
    return render_template(
        "hopnps/campaigns/index.html",
        campaigns=found[:PAGE],
        sent=campaign_results.sent_counts(doors.session(), found[:PAGE]),
        page=page,
        more=len(found) > PAGE,
    )


@bp.route("/campaigns/new", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def new() -> ResponseReturnValue:
    """Choose survey, mail, segment and date; nothing leaves from here."""
    form = _form()
    if form.validate_on_submit():
        try:
            campaign = campaigns.create(
                doors.session(), **_typed(form), by=doors.asker(), now=doors.now()
            )
        except HopNPSError as error:
            doors.session().rollback()
            form = _refused(form, error)
        else:
            doors.session().commit()
            return redirect(url_for(".show", campaign_id=campaign.id))
    return render_template("hopnps/campaigns/form.html", form=form, campaign=None)


@bp.route("/campaigns/<nps_row:campaign_id>/edit", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def edit(campaign_id: int) -> ResponseReturnValue:
    """Change a campaign that is not launched yet."""
    campaign = campaigns.find(doors.session(), campaign_id)
    if campaign.launched_at is not None:
        return redirect(url_for(".show", campaign_id=campaign_id))
    form = _form(campaign)
    if form.validate_on_submit():
        try:
            campaigns.change(doors.session(), campaign, **_typed(form), now=doors.now())
        except HopNPSError as error:
            doors.session().rollback()
            form = _refused(form, error)
        else:
            doors.session().commit()
            return redirect(url_for(".show", campaign_id=campaign.id))
    return render_template("hopnps/campaigns/form.html", form=form, campaign=campaign)


@bp.get("/campaigns/<nps_row:campaign_id>")
@access.opened_to(access.MARKETING)
def show(campaign_id: int) -> ResponseReturnValue:
    """Before the launch who will get it and who will not; after it what became of each mail."""
    campaign = campaigns.find(doors.session(), campaign_id)
    if campaign.launched_at is None:
        return _check(campaign)
    return render_template(
        "hopnps/campaigns/results.html",
        campaign=campaign,
        results=campaign_results.results(doors.session(), campaign),
        uncertain=campaign_results.mails(
            doors.session(), campaign, DeliveryState.UNCERTAIN, limit=PAGE
        ),
        now=doors.now(),
    )


@bp.get("/campaigns/<nps_row:campaign_id>/people/<who>")
@access.opened_to(access.MARKETING)
def people(campaign_id: int, who: str) -> ResponseReturnValue:
    """A list behind a number: recipients, one reason to be left out, or one state of the mails."""
    campaign = campaigns.find(doors.session(), campaign_id)
    page = numbers.page()
    lines = _lines(campaign, who, {"limit": PAGE + 1, "offset": PAGE * (page - 1)})
    return render_template(
        "hopnps/campaigns/people.html",
        campaign=campaign,
        who=who,
        lines=lines[:PAGE],
        page=page,
        more=len(lines) > PAGE,
    )


@bp.get("/campaigns/<nps_row:campaign_id>/mail/<language>")
@access.opened_to(access.MARKETING)
def mail(campaign_id: int, language: str) -> ResponseReturnValue:
    """The mail as a sample person would see it, for a frame."""
    campaign = campaigns.find(doors.session(), campaign_id)
    if language not in LANGUAGES:
        abort(404)
    return framed(_preview(campaign, language).html)


@bp.post("/campaigns/<nps_row:campaign_id>/launch")
@access.opened_to(access.MARKETING)
def launch(campaign_id: int) -> ResponseReturnValue:
    """Send; pressed twice, nobody is written to twice."""
    campaign = campaigns.find(doors.session(), campaign_id)
    result = campaigns.launch(
        doors.session(),
        campaign,
        cadence=doors.house().cadence,
        expiry_days=current_app.config["HOPNPS_EXPIRY_DAYS"],
        now=doors.now(),
    )
    doors.session().commit()
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


def _check(campaign: Campaign) -> ResponseReturnValue:
    version = campaign.template.current
    example = _example(campaign)
    theirs = version.text_in(spoken(example.language) if example else doors.language()).language
    shown = version.text_in(request.args.get("language", theirs)).language
    return render_template(
        "hopnps/campaigns/check.html",
        campaign=campaign,
        audience=audiences.count(
            doors.session(), campaign, cadence=doors.house().cadence, now=doors.now()
        ),
        version=version,
        languages=[text.language for text in version.texts],
        shown=shown,
        subject=_preview(campaign, shown).subject,
        example=example if shown == theirs else None,
        frequency_days=doors.house().cadence.days,
        now=doors.now(),
    )


def _lines(campaign: Campaign, who: str, slice_: dict[str, int]) -> list[dict[str, Any]]:
    """Each person with the words that stand beside the name."""
    if who in list(DeliveryState):
        found = campaign_results.mails(doors.session(), campaign, who, **slice_)
        return [{"contact": one.invitation.contact, "mail": one} for one in found]
    if who != RECIPIENTS and who not in list(SkipReason):
        abort(404)
    if campaign.launched_at is not None:
        if who == RECIPIENTS:
            abort(404)  # they have a state by now
        left_out = campaign_results.left_out(doors.session(), campaign, who, **slice_)
        return [{"contact": one.contact, "askable_on": one.askable_on} for one in left_out]
    reason = audiences.NOBODY_REFUSES if who == RECIPIENTS else who
    contacts = audiences.people(
        doors.session(), campaign, reason, cadence=doors.house().cadence, now=doors.now(), **slice_
    )
    return [{"contact": one} for one in contacts]


def _example(campaign: Campaign) -> Contact | None:
    """One of those who will get it, to show the mail by."""
    if campaign.launched_at is not None:
        return None
    found = audiences.people(
        doors.session(),
        campaign,
        audiences.NOBODY_REFUSES,
        cadence=doors.house().cadence,
        now=doors.now(),
        limit=1,
    )
    return found[0] if found else None


def _preview(campaign: Campaign, language: str) -> mails.MailPreview:
    house = doors.house()
    return mails.preview(
        campaign.template_version or campaign.template.current,
        language,
        campaign.survey,
        _example(campaign),
        links=house.links,
        timezone=house.timezone,
    )


def _form(campaign: Campaign | None = None) -> CampaignForm:
    surveys, templates, segments = campaigns.choices(doors.session())
    usual = one_shots.fitting(surveys, about_one=False)
    asked_for = request.args.get("segment", "")
    known = asked_for in {one.slug for one in segments}
    present = {"survey": usual.slug if usual else "", "segment": asked_for if known else EVERYONE}
    if campaign is not None:
        due = campaign.due_at.astimezone(doors.house().timezone)
        present = {
            "survey": campaign.survey.slug if campaign.survey else "",
            "template": campaign.template.slug,
            "segment": campaign.segment.slug,
            "name": campaign.name,
            "at": f"{due:%Y-%m-%dT%H:%M}" if campaign.due_at > doors.now() else "",
        }
    form = CampaignForm(data=present)
    form.offer(surveys, templates, segments)
    return form


def _typed(form: CampaignForm) -> dict[str, Any]:
    """What was chosen, as rows."""
    surveys, templates, segments = campaigns.choices(doors.session())
    return {
        "name": form.name.data or "",
        "survey": next((one for one in surveys if one.slug == form.survey.data), None),
        "template": next((one for one in templates if one.slug == form.template.data), None),
        "segment": next(one for one in segments if one.slug == form.segment.data),
        "due_at": form.due_at(doors.house().timezone),
    }


def _refused(form: CampaignForm, error: HopNPSError) -> CampaignForm:
    if isinstance(error, Invalid):
        form.refuse(error)
    else:
        form.template.errors = [say(error)]
    return form
