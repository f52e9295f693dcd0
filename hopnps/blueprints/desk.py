"""The sales desk: from a few letters to one survey on its way to one client, with the verdict before the button."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from hopnps import access, doors, numbers
from hopnps.domain.errors import Refused
from hopnps.domain.languages import spoken
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.mail_frame import framed
from hopnps.models import Contact, Interaction, Survey
from hopnps.services import askings, mails, one_shots, people_search
from hopnps.services.askings import Asking, Wish
from hopnps.services.people_search import Match

bp = Blueprint("hopnps_desk", __name__)
access.guard(bp)
LONGEST_SEARCH = 100
PICKS, FOUND = 8, 20  # clients shown at once: beside a mail, on a page of their own
KEPT = ("q", "contact", "interaction", "what")


@bp.get("/send")
@access.opened_to(access.STAFF)
def new() -> ResponseReturnValue:
    """Find a client, read the verdict and the mail, send."""
    session, letters = doors.session(), _letters()
    surveys, words = one_shots.choices(session)
    wish = _wish() if numbers.asked("contact") else None
    return render_template(
        "hopnps/desk/new.html",
        letters=letters,
        fewest=people_search.FEWEST_LETTERS,
        newest=_newest(letters),
        most=PICKS,
        matches=_judged(_matches(letters), surveys),
        wish=wish,
        asking=_asking(wish) if wish else None,
        preview=_preview(wish) if wish else None,
        what=_what(wish) if wish else "",
        surveys=surveys,
        words=words,
        interactions=_visits(wish.contact) if wish else [],
        frequency=doors.house().cadence.days,
        importers=access.MARKETING,
        nonce=uuid4().hex,
    )


@bp.get("/send/mail")
@access.opened_to(access.STAFF)
def mail() -> ResponseReturnValue:
    """The mail alone, for a frame."""
    preview = _preview(_wish())
    return framed(preview.html if preview else "")


@bp.post("/send")
@access.opened_to(access.STAFF)
def send() -> ResponseReturnValue:
    """One mail to one client; a second click on the same button sends no second one."""
    wish, session = _wish(), doors.session()
    try:
        invitation = one_shots.send(
            session,
            contact=wish.contact,
            survey=wish.survey,
            template=wish.template,
            interaction=wish.interaction,
            nonce=request.form.get("nonce") or uuid4().hex,
            by=doors.asker(),
            cadence=doors.house().cadence,
            expiry_days=doors.house().setting("HOPNPS_EXPIRY_DAYS"),
            now=doors.now(),
        )
    except Refused as refused:
        session.rollback()
        flash(say(refused), "warning")
        return redirect(url_for(".new", **_kept()))
    session.commit()
    flash(_sent_line(invitation.contact), "success")
    return redirect(url_for(".new"))


@bp.get("/search")
@access.opened_to(access.STAFF)
def find() -> ResponseReturnValue:
    """From a few letters in the top bar to a client's page."""
    letters = _letters()
    matches = people_search.search(doors.session(), letters, scope=doors.scope(), limit=FOUND)
    return render_template(
        "hopnps/desk/find.html",
        letters=letters,
        fewest=people_search.FEWEST_LETTERS,
        newest=_newest(letters),
        most=FOUND,
        matches=matches,
    )


def _newest(letters: str) -> int:
    """How many clients are read letter by letter, where there are more; else 0."""
    partial = letters and people_search.is_partial(doors.session(), scope=doors.scope())
    return people_search.LATELY if partial else 0


def _letters() -> str:
    return request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def _matches(letters: str) -> list[Match]:
    """Who is meant; before a letter is typed, who was here lately."""
    if not letters:
        return people_search.latest(doors.session(), scope=doors.scope(), limit=PICKS)
    return people_search.search(doors.session(), letters, scope=doors.scope(), limit=PICKS)


def _judged(matches: list[Match], surveys: Any) -> list[tuple[Match, Asking]]:
    """Each match with the verdict on what one click on it would send."""
    wishes = [_first_wish(match.contact, match.interaction, surveys) for match in matches]
    verdicts = askings.judge_all(
        doors.session(), wishes, cadence=doors.house().cadence, now=doors.now()
    )
    return list(zip(matches, verdicts, strict=True))


def _asking(wish: Wish) -> Asking:
    return askings.judge(doors.session(), wish, cadence=doors.house().cadence, now=doors.now())


def _preview(wish: Wish) -> mails.MailPreview | None:
    """The mail as this client will see it."""
    if wish.mail is None:
        return None
    return mails.preview(
        wish.mail.current,
        spoken(wish.contact.language),
        wish.survey,
        wish.contact,
        wish.interaction,
        links=doors.house().links,
        timezone=doors.house().timezone,
    )


def _wish() -> Wish:
    """What was chosen in the address or the form; `what` is `survey:ticket` or `template:reaction`."""
    session, scope = doors.session(), doors.scope()
    contact = people_search.contact(session, numbers.asked("contact"), scope=scope)
    number = numbers.asked("interaction")
    about = people_search.interaction_of(session, contact, number, scope=scope) if number else None
    kind, _colon, slug = request.values.get("what", "").partition(":")
    surveys, words = one_shots.choices(session)
    chosen = next((one for one in words if kind == "template" and one.slug == slug), None)
    if chosen:
        return Wish(contact, None, about, chosen)
    survey = next((one for one in surveys if kind == "survey" and one.slug == slug), None)
    return Wish(contact, survey, about) if survey else _first_wish(contact, about, surveys)


def _first_wish(contact: Contact, about: Interaction | None, surveys: Any) -> Wish:
    return Wish(contact, one_shots.fitting(surveys, about_one=about is not None), about)


def _what(wish: Wish) -> str:
    """The wish's mail as `_wish` reads it back."""
    chosen: Survey | Any = wish.template or wish.survey
    return f"{'template' if wish.template else 'survey'}:{chosen.slug}" if chosen else ""


def _visits(contact: Contact) -> Any:
    return people_search.recent_interactions(doors.session(), contact, scope=doors.scope())


def _sent_line(contact: Contact) -> str:
    said = _("Sent to %(name)s: the mail leaves within a minute.", name=contact.name)
    page = url_for("hopnps_contact.details_view", id=contact.id)
    return Markup('{} <a href="{}">{}</a>').format(said, page, escape(_("See this client")))


def _kept() -> dict[str, Any]:
    """What was chosen, so that a refusal loses nothing."""
    return {name: request.form[name] for name in KEPT if request.form.get(name)}
