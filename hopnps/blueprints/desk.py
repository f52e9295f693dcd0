"""The sales desk: from a few letters to one survey on its way to one client, with the verdict before the button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors, numbers
from hopnps.domain.errors import Refused
from hopnps.domain.languages import spoken
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.mail_frame import framed
from hopnps.models import Contact, Interaction, Survey, Template
from hopnps.services import mails, one_shots, people_search

bp = Blueprint("hopnps_desk", __name__)
access.guard(bp)


@dataclass(frozen=True)
class Wish:
    """What this request wants to send to whom about what."""

    contact: Contact
    about: Interaction | None
    survey: Survey | None
    template: Template | None

    @property
    def refused(self) -> str:
        """Why not now, in plain words; '' if it may leave."""
        refusal = one_shots.refusal(
            doors.house().session,
            self.contact,
            self.survey,
            self.about,
            self.template,
            cadence=doors.house().cadence,
            now=datetime.now(UTC),
        )
        return say(refusal) if refusal else ""

    @property
    def preview(self) -> mails.MailPreview | None:
        """The mail as this client will see it."""
        mail = self.template or (self.survey.template if self.survey else None)
        if mail is None:
            return None
        return mails.preview(
            mail.current,
            spoken(self.contact.language),
            self.survey,
            self.contact,
            self.about,
            links=doors.house().links,
            timezone=doors.house().timezone,
        )


@bp.get("/send")
@access.opened_to(access.STAFF)
def new() -> ResponseReturnValue:
    """Find a client, read the verdict and the mail, send."""
    session = doors.house().session
    letters = request.args.get("q", "").strip()[:100]
    wish = _wish() if request.args.get("contact") else None
    surveys, words = one_shots.choices(session)
    matches = people_search.search(session, letters)
    return render_template(
        "hopnps/desk/new.html",
        letters=letters,
        fewest=people_search.FEWEST_LETTERS,
        matches=[(match, _first_wish(match, surveys).refused) for match in matches],
        wish=wish,
        surveys=surveys,
        words=words,
        interactions=people_search.recent_interactions(session, wish.contact) if wish else [],
        nonce=uuid4().hex,
    )


@bp.get("/send/mail")
@access.opened_to(access.STAFF)
def mail() -> ResponseReturnValue:
    """The mail alone, for a frame."""
    preview = _wish().preview
    return framed(preview.html if preview else "")


@bp.post("/send")
@access.opened_to(access.STAFF)
def send() -> ResponseReturnValue:
    """One mail to one client; a second click on the same button sends no second one."""
    wish, session = _wish(), doors.house().session
    try:
        invitation = one_shots.send(
            session,
            contact=wish.contact,
            survey=wish.survey,
            template=wish.template,
            interaction=wish.about,
            nonce=request.form.get("nonce") or uuid4().hex,
            by=doors.asker(),
            cadence=doors.house().cadence,
            expiry_days=current_app.config["HOPNPS_EXPIRY_DAYS"],
            now=datetime.now(UTC),
        )
    except Refused as refused:
        session.rollback()
        flash(say(refused), "warning")
        return redirect(url_for(".new", **_kept()))
    session.commit()
    name = invitation.contact.name
    flash(_("Sent to %(name)s: the mail leaves within a minute.", name=name), "success")
    return redirect(url_for(".new"))


def _wish() -> Wish:
    """What was chosen in the address or the form; `what` is `survey:ticket` or `template:reaction`."""
    session = doors.house().session
    contact = people_search.contact(session, numbers.asked("contact"))
    interaction_id = numbers.asked("interaction")
    about = None
    if interaction_id:
        about = people_search.interaction_of(session, contact, interaction_id)
    kind, _colon, slug = request.values.get("what", "").partition(":")
    surveys, words = one_shots.choices(session)
    if kind == "template":
        chosen = next((one for one in words if one.slug == slug), None)
        if chosen:
            return Wish(contact, about, None, chosen)
    survey = next((one for one in surveys if one.slug == slug), None)
    return Wish(
        contact, about, survey or one_shots.fitting(surveys, about_one=about is not None), None
    )


def _first_wish(match: people_search.Match, surveys: Any) -> Wish:
    """What one click on a match would send."""
    about = match.interaction
    survey = one_shots.fitting(surveys, about_one=about is not None)
    return Wish(match.contact, about, survey, None)


def _kept() -> dict[str, Any]:
    """What was chosen, so that a refusal loses nothing."""
    names = ("q", "contact", "interaction", "what")
    return {name: request.form[name] for name in names if request.form.get(name)}
