"""A form that came back from the page of a score -> a vote, or the same page with what keeps us from it."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from hopnps import answer_page, doors, judging, signals
from hopnps.answer_page import Fault
from hopnps.blueprints import public_notes
from hopnps.blueprints.public_forms import Form
from hopnps.blueprints.public_links import Shut
from hopnps.domain import comment
from hopnps.domain.errors import N_, Invalid, Refused
from hopnps.domain.vote import Vote
from hopnps.i18n import say
from hopnps.models import ClickKind, Invitation, Notice, Way
from hopnps.services import judgement, responses, turns, votes
from hopnps.services.votes import Recorded


def keep(invitation_id: int, token: str, form: Form) -> ResponseReturnValue:
    """Somebody pressed the button: the vote is theirs, whatever they use and however fast they are.

    What is wrong with the comment does not cost the score.
    """
    fault = _fault(form, token)
    if fault is not None:
        return _ask_again(_invitation(invitation_id), token, form, fault)
    assert form.score is not None
    words, wrong = _read_comment(form)
    try:
        _record(invitation_id, Vote(form.score, words, way=Way.BUTTON, browser=_browser()))
    except Refused:
        return _too_late(invitation_id, token)
    if wrong is not None:
        return _ask_again(_invitation(invitation_id), token, form, wrong, kept=True)
    return redirect(url_for("hopnps_public.answer", token=token), 303)


def keep_sign(invitation_id: int, token: str, form: Form) -> ResponseReturnValue:
    """The page saw a gesture and sent the score by itself: 204 once that is a vote, 202 while it is not sure enough."""
    if form.score is None or _fault(form, token) is not None:
        return "", 400
    if public_notes.note(ClickKind.SIGN, invitation_id, form.score) is None:
        raise Shut(404)
    house = doors.house()
    rules = judging.rules(house)
    if not turns.read(house.db.engine, lambda line: judgement.agrees(line, invitation_id, rules)):
        return "", 202
    try:
        _record(invitation_id, Vote(form.score, way=Way.PAGE, browser=_browser()))
    except Refused:
        return "", 409
    return "", 204


def try_out(notice: Notice, token: str, form: Form) -> ResponseReturnValue:
    """A colleague tries a mail out: the same pages, and nothing is kept."""
    fault = _fault(form, token)
    if form.by_itself:
        return "", 202
    words, wrong = _read_comment(form)
    for one in (fault, wrong):
        if one is not None:
            return _ask_again(notice, token, form, one)
    assert form.score is not None
    return answer_page.render_tried(answer_page.asked_of(notice, token), form.score, words)


def _fault(form: Form, token: str) -> Fault | None:
    """Why this form is no vote."""
    if form.score is None:
        return Fault("score", Invalid(N_("Choose a score from 0 to 10.")))
    if not doors.house().links.is_fresh(form.nonce, token, now=doors.now()):
        return Fault("form", Invalid(N_("Please send your answer once more, with the button.")))
    return None


def _read_comment(form: Form) -> tuple[str, Fault | None]:
    if form.too_long:
        return "", Fault(
            "comment", Invalid(N_("Your comment is too long. Please shorten it.")), 413
        )
    try:
        return comment.checked(form.comment), None
    except Invalid as fault:
        return "", Fault("comment", fault)


def _record(invitation_id: int, vote: Vote) -> Recorded:
    house = doors.house()
    recorded = votes.cast(
        house.db.engine, invitation_id, vote, now=doors.now(), timezone=house.fixed_timezone
    )
    tell(recorded)
    return recorded


def tell(recorded: Recorded) -> None:
    """Let listeners hear of a vote that is committed; needs an application context."""
    if recorded.changed and signals.response_recorded.receivers:
        number = votes.number_of(doors.house().db.engine, recorded)
        signals.fire([responses.told(number, recorded)])


def _invitation(invitation_id: int) -> Invitation:
    """The invitation, if it takes answers. Raises Shut."""
    found = doors.session().get(Invitation, invitation_id)
    if found is None or not responses.is_open(found, now=doors.now()):
        raise Shut(404)
    return found


def _ask_again(
    found: Invitation | Notice, token: str, form: Form, fault: Fault, *, kept: bool = False
) -> ResponseReturnValue:
    asked = answer_page.asked_of(found, token)
    with force_locale(asked.language):
        said = say(fault.error)
    page = answer_page.render_question(
        asked, form.score, comment=form.comment, fault=said, about=fault.field, kept=kept
    )
    return page, fault.status


def _too_late(invitation_id: int, token: str) -> ResponseReturnValue:
    """The answer that stands, which can no longer be changed; a link that takes no answer opens nothing."""
    invitation = _invitation(invitation_id)
    standing = responses.find(doors.session(), invitation)
    if standing is None:
        raise Shut(404)
    asked = answer_page.asked_of(invitation, token)
    return answer_page.render_recorded(asked, standing, now=doors.now(), closed=True), 409


def _browser() -> str:
    return public_notes.caller_of(request.environ).browser
