"""A link in a mail -> the page its client sees; what they send back -> an answer, or no more mails.

Each link carries its own right: no login, no cookie, no CSRF token. A GET, often a robot's, leaves a click at most.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from hopnps import access, database, doors
from hopnps.answer_page import (
    Asked,
    asked_of,
    dress_of,
    language_of,
    render_question,
    render_recorded,
    render_tried,
)
from hopnps.blueprints import public_links
from hopnps.blueprints.public_links import Shut
from hopnps.domain import comment
from hopnps.domain.errors import Invalid
from hopnps.domain.score import SCORES
from hopnps.domain.survey_content import Look
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.models import Invitation, Notice
from hopnps.services import brands, clicks, responses, survey_versions, unsubscriptions

bp = Blueprint("hopnps_public", __name__)
access.guard(bp)
public_links.arm(bp)
LONGEST_FORM = (
    1024**2
)  # bytes: far above what can be kept, so that what is too long can be shown again
PATIENCE = 0.5  # seconds
SCORE_OF = {str(score): score for score in SCORES}  # "9", and no other way to write it


@bp.get("/s/<token>/<path:score>")
@access.public
def choose(token: str, score: str) -> ResponseReturnValue:
    """The page behind a score of the mail, with that score chosen and changeable."""
    found = public_links.answerable(token, now=doors.now())
    if score not in SCORE_OF:
        return _ask_again(asked_of(found), 404)
    page = render_question(asked_of(found), SCORE_OF[score])
    if request.method == "GET" and isinstance(found, Invitation):
        _note_click(found.id, SCORE_OF[score])
    return page


@bp.get("/s/<token>", strict_slashes=False)
@access.public
def answer(token: str) -> ResponseReturnValue:
    """The answer that is recorded, in its category's dress; before there is one, the question."""
    now = doors.now()
    found = public_links.answerable(token, now=now)
    recorded = responses.find(doors.session(), found) if isinstance(found, Invitation) else None
    if recorded is None:
        return render_question(asked_of(found), None)
    return render_recorded(asked_of(found), recorded, now=now)


@bp.post("/s/<token>")
@access.public
def respond(token: str) -> ResponseReturnValue:
    """Keep what the client chose and wrote, or say what keeps us from it with everything still there."""
    now = doors.now()
    found = public_links.answerable(token, now=now)
    asked = asked_of(found)
    score, written = SCORE_OF.get(_typed("score")), _typed("comment")
    if score is None:
        return _ask_again(asked, 400, written)
    try:
        if isinstance(found, Notice):
            return render_tried(asked, score, comment.checked(written))
        responses.respond(
            doors.session(),
            found,
            score,
            comment=written,
            now=now,
            timezone=doors.house().timezone,
        )
    except Invalid as fault:
        with force_locale(asked.language):
            said = say(fault)
        return render_question(asked, score, comment=written, fault=said, about="comment"), 400
    doors.session().commit()
    return redirect(url_for(".answer", token=token), 303)


@bp.get("/u/<token>", strict_slashes=False)
@access.public
def refusal(token: str) -> ResponseReturnValue:
    """Ask whether to write no more; once that is so, say it."""
    return _refusal_page(public_links.refusable(token))


@bp.post("/u/<token>")
@access.public
def refuse(token: str) -> ResponseReturnValue:
    """Write no more to this address. A mail program's one click (RFC 8058) is answered without a redirect."""
    found = public_links.refusable(token)
    one_click = _typed("List-Unsubscribe").strip().lower() == "one-click"
    if not (one_click or _typed("confirm")):
        return _refusal_page(found)
    if isinstance(found, Notice):
        return _refusal_page(found, done=True)
    unsubscriptions.unsubscribe(doors.session(), found.address, now=doors.now())
    doors.session().commit()
    return _refusal_page(found) if one_click else redirect(url_for(".refusal", token=token), 303)


@bp.get("/h/<token>", strict_slashes=False)
@access.public
def honeypot(token: str) -> ResponseReturnValue:
    """A link that no person sees: who opens it opens every link, and learns nothing by it."""
    raise Shut(404)


@bp.before_request
def bound_form() -> None:
    """Anybody can send us a form: a host may take large uploads, these pages do not."""
    request.max_content_length = request.max_form_memory_size = LONGEST_FORM


@bp.after_request
def keep_private(response: Response) -> Response:
    """The address of these pages is a right: it is neither kept, nor passed on, nor indexed."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.before_app_request
def exempt_late() -> None:
    """A host's CSRFProtect that came after us looks at requests after us too: tell it now."""
    if "csrf" in current_app.extensions:
        current_app.extensions["csrf"].exempt(bp)


@bp.record
def exempt_early(state: BlueprintSetupState) -> None:
    """A CSRFProtect that came before us looks first: tell it before any request."""
    if "csrf" in state.app.extensions:
        state.app.extensions["csrf"].exempt(bp)


def _ask_again(asked: Asked, status: int, comment: str = "") -> ResponseReturnValue:
    with force_locale(asked.language):
        fault = _("Choose a score from 0 to 10.")
    return render_question(asked, None, comment=comment, fault=fault, about="score"), status


def _note_click(invitation_id: int, score: int) -> None:
    """A click is worth a row, never the page: the page was read before, and a fault here goes to the log.

    Nor is it worth a long wait, while an import has SQLite for itself: robots would take every thread.
    """
    session = doors.session()
    session.commit()
    database.intend(writing=True, patience=PATIENCE)
    try:
        invitation = session.get_one(Invitation, invitation_id)
        clicks.note(
            session,
            invitation,
            score,
            user_agent=request.user_agent.string,
            address=request.remote_addr or "",
            now=doors.now(),
        )
        session.commit()
    except SQLAlchemyError:
        session.rollback()
        current_app.logger.exception("A click of invitation %s was not noted", invitation_id)
    finally:
        database.intend(writing=False)


def _refusal_page(found: Invitation | Notice, *, done: bool = False) -> str:
    test = isinstance(found, Notice)
    if isinstance(found, Invitation):
        done = found.address.unsubscribed_at is not None
    with force_locale(language_of(found)):
        return render_template(
            "hopnps/public/refusal.html", dress=dress_of(_look(found)), done=done, test=test
        )


def _look(found: Invitation | Notice) -> Look:
    """What its pages wear; a mail without a survey wears the house's brand."""
    asks = found.facts.get("survey_id") if isinstance(found, Notice) else found.survey_id
    if asks is None:
        return survey_versions.look_of(brands.house(doors.session()))
    return asked_of(found).content.look


def _typed(field: str) -> str:
    try:
        return request.form.get(field, "")
    except RequestEntityTooLarge:
        raise Shut(413) from None
