"""A token in a URL -> its invitation, or a friendly page that says that this link opens nothing."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime

from flask import Blueprint, current_app, make_response, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from hopnps import doors
from hopnps.domain.languages import spoken
from hopnps.links import Purpose
from hopnps.models import Invitation
from hopnps.services import responses

PER_LINK = RateLimitItemPerMinute(60, namespace="hopnps-link")
_KEY = "hopnps_link_limits"


class Shut(Exception):
    """A link that opens nothing (now). `status` is the answer's; `language` the client's, where we know it."""

    def __init__(self, status: int, language: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.language = language


def arm(blueprint: Blueprint) -> None:
    """Count the uses of each link (each process for itself), and answer for those that open nothing."""
    blueprint.record(_start_counting)
    blueprint.register_error_handler(Shut, _shut_page)


def answerable(token: str, *, now: datetime) -> Invitation:
    """The invitation that this token may answer; Shut if it asked nothing, or asked too long ago."""
    invitation = _invitation(Purpose.ANSWER, token)
    if not responses.is_open(invitation, now=now):
        raise Shut(404 if invitation.survey_id is None else 410, invitation.language)
    return invitation


def refusable(token: str) -> Invitation:
    """The invitation whose address this token may unsubscribe, for ever."""
    return _invitation(Purpose.UNSUBSCRIBE, token)


def _invitation(purpose: Purpose, token: str) -> Invitation:
    """The limit is the link's own: a whole office, or a mail scanner's network, shares one address."""
    house = doors.house()
    invitation_id = house.links.verify(purpose, token)
    if invitation_id is None:
        raise Shut(404)
    if not current_app.extensions[_KEY].hit(PER_LINK, purpose, str(invitation_id)):
        raise Shut(429)
    invitation = house.session.get(Invitation, invitation_id)
    if invitation is None:
        raise Shut(404)
    return invitation


def _start_counting(state: BlueprintSetupState) -> None:
    state.app.extensions[_KEY] = MovingWindowRateLimiter(MemoryStorage())


def _shut_page(shut: Shut) -> ResponseReturnValue:
    """Unknown, tampered and expired links get the same words: nobody learns which links exist."""
    known = force_locale(spoken(shut.language)) if shut.language else nullcontext()
    with known:
        page = render_template("hopnps/public/shut.html", status=shut.status)
    answer = make_response(page, shut.status)
    if shut.status == 429:
        answer.headers["Retry-After"] = "60"
    return answer
