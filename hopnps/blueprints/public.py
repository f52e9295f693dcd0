"""A link in a mail -> the page its client sees; what they send back -> an answer, or no more mails.

Each link carries its own right: no login, no cookie, no CSRF token. Whatever is no POST, often a robot's, leaves a note of
the request at most. Thousands come within minutes of a campaign: pages and votes take the short way to the database.
"""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, answer_page, doors
from hopnps.blueprints import public_forms, public_links, public_notes, public_votes
from hopnps.blueprints.public_forms import SCORE_OF
from hopnps.blueprints.public_links import Shut
from hopnps.models import ClickKind, Invitation, Notice
from hopnps.services import responses, unsubscriptions

bp = Blueprint("hopnps_public", __name__)
access.guard(bp)
access.exempt_from_csrf(bp)
public_links.arm(bp)


@bp.get("/s/<token>/<path:score>")
@access.public
def choose(token: str, score: str) -> ResponseReturnValue:
    """The page behind a score of the mail, with that score chosen and changeable."""
    link = public_links.answerable(token)
    chosen = SCORE_OF.get(score)
    if link.notice and chosen is not None:
        return answer_page.render_question(answer_page.asked_of(link.notice, token), chosen)
    number = link.invitation_id if chosen is not None else public_links.NOBODY
    asked = public_notes.note(ClickKind.SCORE, number, chosen)
    return answer_page.quick_question(asked or _shut(), token, chosen)


@bp.get("/s/<token>", strict_slashes=False)
@access.public
def answer(token: str) -> ResponseReturnValue:
    """The answer that is recorded, in its category's dress; before there is one, the question."""
    link = public_links.answerable(token)
    if link.notice:
        return answer_page.render_question(answer_page.asked_of(link.notice, token), None)
    asked = public_notes.note(ClickKind.PAGE, link.invitation_id) or _shut()
    invitation = doors.session().get_one(Invitation, asked.invitation_id)
    recorded = responses.find(doors.session(), invitation)
    if recorded is None:
        return answer_page.quick_question(asked, token, None)
    return answer_page.render_recorded(
        answer_page.asked_of(invitation, token), recorded, now=doors.now()
    )


@bp.get("/s/<token>/page.css")
@access.public
def style(token: str) -> ResponseReturnValue:
    """The page's own style sheet: who looks at the page has fetched it, and not from a store."""
    link = public_links.answerable(token)
    if link.invitation_id:
        public_notes.note(ClickKind.STYLE, link.invitation_id)
    return Response(answer_page.style_sheet(), mimetype="text/css")


@bp.post("/s/<token>")
@access.public
def respond(token: str) -> ResponseReturnValue:
    """Keep what the client chose and wrote, or say what keeps us from it with everything still there."""
    link = public_links.answerable(token)
    form = public_forms.read()
    if form.score is None and form.typed_score:
        raise Shut(404)
    if link.notice:
        return public_votes.try_out(link.notice, token, form)
    if form.by_itself:
        return public_votes.keep_sign(link.invitation_id, token, form)
    return public_votes.keep(link.invitation_id, token, form)


@bp.get("/u/<token>", strict_slashes=False)
@access.public
def refusal(token: str) -> ResponseReturnValue:
    """Ask whether to write no more; once that is so, say it."""
    found = public_links.refusable(token)
    if isinstance(found, Invitation):
        public_notes.note(ClickKind.UNSUBSCRIBE, found.id)
    return answer_page.render_refusal(found)


@bp.post("/u/<token>")
@access.public
def refuse(token: str) -> ResponseReturnValue:
    """Write no more to this address. A mail program's one click (RFC 8058) is answered without a redirect."""
    found = public_links.refusable(token)
    one_click = public_forms.typed("List-Unsubscribe").strip().lower() == "one-click"
    if not (one_click or public_forms.typed("confirm")):
        return answer_page.render_refusal(found)
    if isinstance(found, Notice):
        return answer_page.render_refusal(found, done=True)
    unsubscriptions.unsubscribe(doors.session(), found.address, now=doors.now())
    doors.session().commit()
    if one_click:
        return answer_page.render_refusal(found)
    return redirect(url_for(".refusal", token=token), 303)


@bp.get("/h/<token>", strict_slashes=False)
@access.public
def honeypot(token: str) -> ResponseReturnValue:
    """A link that no person sees: who opens it opens every link, and learns nothing by it."""
    public_notes.note(ClickKind.HONEYPOT, public_links.honeypot(token))
    return _shut()


@bp.before_request
def bound_form() -> None:
    """Anybody can send us a form: a host may take large uploads, these pages do not."""
    request.max_content_length = request.max_form_memory_size = public_forms.LONGEST


@bp.after_request
def keep_private(response: Response) -> Response:
    """The address of these pages is a right: it is neither kept, nor passed on, nor indexed."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _shut() -> NoReturn:
    raise Shut(404)
