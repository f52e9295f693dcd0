"""A token in a URL -> its invitation, or the test it belongs to, or a friendly page: this link opens nothing."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from typing import NoReturn

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
from hopnps.models import Invitation, Notice, NoticeKind, Survey
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


def answerable(token: str, *, now: datetime) -> Invitation | Notice:
    """The invitation that this token may answer, or the test; Shut if it asked nothing, or asked too long ago."""
    found = _found(Purpose.ANSWER, token)
    if isinstance(found, Notice):
        survey_id = found.facts.get("survey_id")
        if survey_id is None or doors.session().get(Survey, survey_id) is None:
            raise Shut(404, found.language)
    elif not responses.is_open(found, now=now):
        raise Shut(404 if found.survey_id is None else 410, found.language)
    return found


def refusable(token: str) -> Invitation | Notice:
    """The invitation whose address this token may unsubscribe, for ever; or the test, which unsubscribes nobody."""
    return _found(Purpose.UNSUBSCRIBE, token)


def _found(purpose: Purpose, token: str) -> Invitation | Notice:
    """The limit is the link's own: a whole office, or a mail scanner's network, shares one address."""
    invitation_id = _verified(purpose, token)
    if invitation_id is not None:
        return doors.session().get(Invitation, invitation_id) or _unknown()
    notice_id = _verified(Purpose.PREVIEW, token)
    notice = notice_id and doors.session().get(Notice, notice_id)
    return notice if notice and notice.kind == NoticeKind.TEST else _unknown()


def _verified(purpose: Purpose, token: str) -> int | None:
    row_id = doors.house().links.verify(purpose, token)
    if row_id is not None and not current_app.extensions[_KEY].hit(PER_LINK, purpose, str(row_id)):
        raise Shut(429)
    return row_id


def _unknown() -> NoReturn:
    raise Shut(404)


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
