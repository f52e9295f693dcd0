"""What went wrong -> a page in our dress with one plain sentence; never a stack trace, never a host's page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from hopnps.access import forget_principal
from hopnps.domain.errors import N_, HopNPSError, NotFound, Refused
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.services import chosen

WORDS = {
    400: (N_("This request cannot be read"), N_("Please go back and try once more.")),
    401: (N_("Please log in"), N_("This page is for colleagues.")),
    403: (
        N_("This page is not open to you"),
        N_("Your role does not allow it. An administrator can change that."),
    ),
    404: (
        N_("There is nothing here"),
        N_("The address may be mistyped, or what stood here was deleted."),
    ),
    405: (N_("This address cannot be used like that"), N_("Please start from the menu.")),
    413: (
        N_("This file is too large"),
        N_(
            "Split it into smaller files, or ask an administrator to import it from the command line."
        ),
    ),
    429: (N_("Too many attempts"), N_("Wait a moment, then try again.")),
    500: (
        N_("Something went wrong on our side"),
        N_("Nothing was saved. The fault was written to the log; please try again in a moment."),
    ),
}
WAITS = {  # seconds, as Retry-After says them
    15 * 60: N_("Wait a quarter of an hour, then try again."),
    60 * 60: N_("Wait an hour, then try again."),
}
STALE = (
    N_("This page was open for too long"),
    N_("Go back, reload the page and send it again; nothing was saved."),
)


def arm(place: Blueprint | Flask) -> None:
    """Answer for the views of this blueprint; for a whole application only when it is our own."""
    for code in WORDS:
        place.register_error_handler(code, _http_page)
    place.register_error_handler(CSRFError, _stale_page)
    place.register_error_handler(HopNPSError, _refusal_page)


def _http_page(fault: HTTPException) -> ResponseReturnValue:
    code = fault.code or InternalServerError.code
    if code == InternalServerError.code:
        forget_principal()  # the database may be what failed: the page asks it nothing
        chosen.do_without(current_app.extensions["hopnps"].session)
    title, text = WORDS[code]
    text = WAITS.get(getattr(fault, "retry_after", 0), text)
    return _page(code, _(title), _(text), _headers(fault))


def _stale_page(_fault: CSRFError) -> ResponseReturnValue:
    title, text = STALE
    return _page(400, _(title), _(text))


def _refusal_page(error: HopNPSError) -> ResponseReturnValue:
    current_app.extensions["hopnps"].session.rollback()
    if isinstance(error, NotFound):
        return _page(404, say(error), _(WORDS[404][1]))
    return _page(409 if isinstance(error, Refused) else 400, say(error), "")


def _page(
    code: int, title: str, text: str, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    body = render_template(
        "hopnps/error.html", title=title, text=text, code=code, back=_page_before()
    )
    return body, code, headers or {}


def _page_before() -> str:
    """The page of this site that led here, '' if none did or if it is this one."""
    came_from = urlsplit(request.referrer or "")
    here = came_from.path == request.path and request.method == "GET"
    if came_from.netloc != request.host or here or not came_from.path.startswith("/"):
        return ""
    path = "/" + came_from.path.lstrip("/")
    return f"{path}?{came_from.query}" if came_from.query else path


def _headers(fault: HTTPException) -> dict[str, str]:
    """What the answer must still say beside its page: which methods are allowed, when to come back."""
    kept = {"Allow", "Retry-After"}
    return {name: value for name, value in fault.get_headers() if name in kept}
