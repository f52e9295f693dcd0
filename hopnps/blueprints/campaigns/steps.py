"""The four steps of a campaign: what to ask, to whom, which mail, when; each one is kept as a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, numbers
from hopnps.blueprints.campaigns.room import bp, draft, look
from hopnps.domain.errors import Faults, HopNPSError
from hopnps.domain.languages import LANGUAGES
from hopnps.forms.campaign import MailForm, StepForm, WhatForm, WhenForm, WhomForm
from hopnps.i18n import gettext as _
from hopnps.mail_frame import framed
from hopnps.models import Campaign, Contact, Segment, Survey, Template
from hopnps.services import (
    audience_gaps,
    campaign_drafts,
    campaigns,
    mails,
    one_shots,
    people_search,
    segments,
)
from hopnps.services.campaign_drafts import Step

SAMPLE = 10


@bp.route("/campaigns/new", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def new() -> ResponseReturnValue:
    """The first step; a draft begins when it is sent."""
    surveys, _templates, found = campaigns.choices(doors.session())
    usual = one_shots.fitting(surveys, about_one=False)
    form = WhatForm(data={"survey": usual.slug if usual else ""})
    form.offer(surveys)
    segment = _named(found, request.values.get("segment", ""))
    if form.validate_on_submit():
        campaign = campaign_drafts.begin(
            doors.session(),
            survey=_named(surveys, form.survey.data),
            segment=segment,
            name=form.name.data or "",
            by=doors.asker(),
            now=doors.now(),
        )
        doors.session().commit()
        return redirect(url_for(".whom", campaign_id=campaign.id))
    return _page(Step.WHAT, form, None, surveys=surveys, segment=segment)


@bp.route("/campaigns/<nps_row:campaign_id>/what", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def what(campaign_id: int) -> ResponseReturnValue:
    """A survey, or a plain word without a question."""
    campaign, session = draft(campaign_id), doors.session()
    surveys: list[Survey] = list(campaigns.choices(session)[0])
    asked = campaign.survey.slug if campaign.survey else ""
    form = WhatForm(data={"survey": asked, "name": campaign.name})
    form.offer(surveys)

    def keep() -> None:
        survey = _named(surveys, form.survey.data)
        campaign_drafts.ask(session, campaign, survey=survey, name=form.name.data or "")

    return _kept(form, keep, campaign, Step.WHAT) or _page(
        Step.WHAT, form, campaign, surveys=surveys
    )


@bp.route("/campaigns/<nps_row:campaign_id>/whom", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def whom(campaign_id: int) -> ResponseReturnValue:
    """A segment, with how many it finds now and ten of them; `?segment=vip` looks at another one."""
    campaign, session = draft(campaign_id), doors.session()
    known = segments.by_name(session)
    chosen = campaign.segment.slug if campaign.segment else ""
    form = WhomForm(data={"segment": request.args.get("segment", chosen)})
    form.offer(known)
    segment: Segment | None = _named(known, form.segment.data)

    def keep() -> None:
        if segment is not None:  # the form has seen to it
            campaign_drafts.address(session, campaign, segment)

    return _kept(form, keep, campaign, Step.WHOM) or _page(
        Step.WHOM, form, campaign, segment=segment, found=_found(segment)
    )


@bp.route("/campaigns/<nps_row:campaign_id>/mail", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def mail(campaign_id: int) -> ResponseReturnValue:
    """A mail that suits the survey, as people of the segment would get it; `?template=ticket` looks at another."""
    campaign, session = draft(campaign_id), doors.session()
    fitting = [
        one
        for one in campaigns.choices(session)[1]
        if campaign_drafts.fits(one, campaign.survey) or one is campaign.template
    ]
    chosen = campaign.template.slug if campaign.template else ""
    form = MailForm(data={"template": request.args.get("template", chosen)})
    form.offer(fitting)
    template: Template | None = _named(fitting, form.template.data)

    def keep() -> None:
        if template is not None:  # the form has seen to it
            campaign_drafts.choose_mail(session, campaign, template)

    return _kept(form, keep, campaign, Step.MAIL) or _page(
        Step.MAIL,
        form,
        campaign,
        template=template,
        letters=_letters(campaign, template) if template else [],
        nothing=not fitting,
    )


@bp.route("/campaigns/<nps_row:campaign_id>/when", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def when(campaign_id: int) -> ResponseReturnValue:
    """At once, or on a date; in which hours, how fast; whom it reminds."""
    campaign, session, house = draft(campaign_id), doors.session(), doors.house()
    form = WhenForm.of(campaign, house.timezone)

    def keep() -> None:
        faults = Faults()
        with faults.noted():
            due_at = form.due_at(house.timezone)
            campaign_drafts.choose_date(session, campaign, due_at, now=doors.now())
        with faults.noted():
            campaign_drafts.choose_pace(session, campaign, form.pace())
        with faults.noted():
            campaign_drafts.choose_reminders(session, campaign, form.reminder_days())
        faults.tell()

    return _kept(form, keep, campaign, Step.WHEN) or _page(
        Step.WHEN, form, campaign, now=doors.now(), zone=house.timezone.key
    )


@bp.get("/campaigns/<nps_row:campaign_id>/mail/<language>")
@access.opened_to(access.MARKETING)
def letter(campaign_id: int, language: str) -> ResponseReturnValue:
    """A mail as one person would see it, for a frame; `?template=` and `?contact=` say which and who."""
    campaign = campaigns.find(doors.session(), campaign_id)
    template = _named(campaigns.choices(doors.session())[1], request.args.get("template", ""))
    version = template.current if template else campaign.template_version
    if version is None and campaign.template is not None:
        version = campaign.template.current
    if language not in LANGUAGES or version is None:
        abort(404)
    contact = _asked_contact()
    house = doors.house()
    shown = mails.preview(
        version,
        language,
        campaign.survey,
        contact,
        links=house.links,
        timezone=house.timezone,
    )
    return framed(shown.html)


@bp.route("/campaigns/<nps_row:campaign_id>/removal", methods=["GET", "POST"])
@access.opened_to(access.MARKETING)
def removal(campaign_id: int) -> ResponseReturnValue:
    """Throw a draft away, after a page that says which."""
    campaign = draft(campaign_id)
    if request.method == "GET":
        return render_template("hopnps/campaigns/removal.html", campaign=campaign)
    name = campaign.name
    campaign_drafts.throw_away(doors.session(), campaign)
    doors.session().commit()
    flash(_("The draft “%(name)s” is thrown away.", name=name), "success")
    return redirect(url_for(".index"))


def _kept(
    form: StepForm, keep: Callable[[], None], campaign: Campaign, step: Step
) -> ResponseReturnValue | None:
    """Keep what was decided and go on; None if there is something to mend, or only to look at."""
    if not form.validate_on_submit():
        return None
    try:
        keep()
    except HopNPSError as error:
        doors.session().rollback()
        form.refuse(error)
        return None
    doors.session().commit()
    return redirect(url_for(_next(step, request.form.get("go", "")), campaign_id=campaign.id))


def _next(step: Step, wish: str) -> str:
    """Where a button leads: to the step it names, else to the next one, at last to the check."""
    if wish in list(Step):
        return f".{wish}"
    steps = list(Step)
    place = steps.index(step) + 1
    return f".{steps[place]}" if place < len(steps) and wish != "show" else ".show"


def _page(step: Step, form: StepForm, campaign: Campaign | None, **shown: Any) -> str:
    return render_template(
        f"hopnps/campaigns/{step}.html", form=form, campaign=campaign, step=str(step), **shown
    )


def _named(rows: Any, slug: str | None) -> Any:
    return next((one for one in rows if one.slug == slug), None)


def _found(segment: Segment | None) -> dict[str, Any]:
    """How many a segment finds, and the first of them; or why it finds nobody."""
    if segment is None:
        return {}
    asked: dict[str, Any] = {"now": doors.now(), "timezone": doors.house().timezone}
    return {
        "count": segments.count(doors.session(), segment.rule, **asked),
        "sample": segments.sample(doors.session(), segment.rule, most=SAMPLE, **asked),
    }


def _letters(campaign: Campaign, template: Template) -> list[dict[str, Any]]:
    """The mail in each of its languages, for somebody of the segment who reads it, else for a sample person."""
    readers = audience_gaps.one_of_each_language(doors.session(), campaign, **look())
    house = doors.house()
    return [
        {
            "language": text.language,
            "reader": readers.get(text.language),
            "subject": mails.preview(
                template.current,
                text.language,
                campaign.survey,
                readers.get(text.language),
                links=house.links,
                timezone=house.timezone,
            ).subject,
        }
        for text in sorted(template.current.texts, key=lambda one: LANGUAGES.index(one.language))
    ]


def _asked_contact() -> Contact | None:
    number = numbers.asked("contact")
    return people_search.contact(doors.session(), number) if number else None
