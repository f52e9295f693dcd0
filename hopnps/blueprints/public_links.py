"""A token in a URL -> the number of its invitation, or the test it belongs to; a friendly page for what opens nothing.

Whatever is wrong with a link, the same is done and the same page shown: nobody learns which links exist. A token that we
did not make, or not for this, stands for the invitation NOBODY, which is looked for and not found like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, make_response, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from hopnps import doors
from hopnps.blueprints.public_limits import Uses
from hopnps.links import Purpose
from hopnps.models import Invitation, Notice, NoticeKind, Survey

NOBODY = 0
HEARD = "hopnps.heard"  # in the request's environment: the invitation whose link was verified and counted already
_KEY = "hopnps_link_uses"


class Shut(Exception):
    """A link that opens nothing (now). `status` is the answer's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Link:
    """What a token opens: an invitation, not looked up yet, or a test's notice, else NOBODY's."""

    invitation_id: int = NOBODY
    notice: Notice | None = None


def arm(blueprint: Blueprint) -> None:
    """Count the uses of each link (each process for itself), and answer for those that open nothing."""
    blueprint.record(_start_counting)
    blueprint.register_error_handler(Shut, _shut_page)


def answerable(token: str) -> Link:
    """The invitation that this token answers if it still takes answers, or the test of a survey."""
    invitation_id = request.environ.get(HEARD) or _verified(Purpose.ANSWER, token)
    if invitation_id:
        return Link(invitation_id)
    notice = _test(token)
    survey_id = notice.facts.get("survey_id") if notice else None
    if survey_id is None or doors.session().get(Survey, survey_id) is None:
        return Link()
    return Link(notice=notice)


def refusable(token: str) -> Invitation | Notice:
    """The invitation whose address this token may unsubscribe, for ever; or the test, which unsubscribes nobody.

    Raises Shut for any other.
    """
    number = _verified(Purpose.UNSUBSCRIBE, token)
    found = doors.session().get(Invitation, number) or _test(token)
    if found is None:
        raise Shut(404)
    return found


def honeypot(token: str) -> int:
    """The invitation in whose mail nobody should see this link."""
    return _verified(Purpose.HONEYPOT, token)


def _test(token: str) -> Notice | None:
    number = _verified(Purpose.PREVIEW, token)
    notice = doors.session().get(Notice, number) if number else None
    return notice if notice and notice.kind == NoticeKind.TEST else None


def _verified(purpose: Purpose, token: str) -> int:
    """The limit is the link's own: a whole office, or a mail scanner's network, shares one address."""
    row_id = doors.house().links.verify(purpose, token)
    if row_id is None:
        return NOBODY
    if not hear(current_app, purpose, row_id):
        raise Shut(429)
    return row_id


def hear(app: Flask, purpose: Purpose, row_id: int) -> bool:
    """Count one more use of a link, unless it was used too often just now."""
    return app.extensions[_KEY].hear((purpose, row_id))


def _start_counting(state: BlueprintSetupState) -> None:
    state.app.extensions[_KEY] = Uses()


def _shut_page(shut: Shut) -> ResponseReturnValue:
    """In the language of the browser: whose link it was is nobody's business."""
    page = render_template("hopnps/public/shut.html", status=shut.status)
    answer = make_response(page, shut.status)
    if shut.status == 429:
        answer.headers["Retry-After"] = "60"
    return answer
