"""The two requests that come by thousands, the page of a score and its form -> answered before Flask is asked.

Only in an application of our own, whose hooks (sessions, CSRF, languages) these pages need none of; in a host they go the
usual way. What the lane cannot answer at once, a page nobody opened yet, a form with a fault, a wrong link, it hands on to
the views, with what it found out so far, so that nothing is noted or counted twice.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from hopnps import answer_page, doors, pages, signals
from hopnps.blueprints import public_links, public_notes, public_votes
from hopnps.blueprints.public_forms import SCORE_OF
from hopnps.domain import comment
from hopnps.domain.errors import Invalid, Refused
from hopnps.domain.vote import Vote
from hopnps.links import Purpose
from hopnps.models import ClickKind, Way
from hopnps.services import votes

log = logging.getLogger(__name__)
PAGE = re.compile(r"/s/([0-9a-z]+-[\w-]{22})/(10|[0-9])", re.ASCII)
FORM = re.compile(r"/s/([0-9a-z]+-[\w-]{22})", re.ASCII)
LONGEST = 64 * 1024  # bytes of a form: any comment that can be kept, in any script
URLENCODED = "application/x-www-form-urlencoded"
PRIVATE = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
    *((name, words) for name, words in pages.HEADERS.items() if name != "Referrer-Policy"),
]
NOTHING = ("Content-Security-Policy", "default-src 'none'")
Environ = dict[str, Any]
Answer = Iterable[bytes] | None


def arm(app: Flask) -> None:
    """Put the lane before this application, behind whatever reads its proxies' headers."""
    app.wsgi_app = Lane(app, app.wsgi_app)  # type: ignore[method-assign, assignment]


class Lane:
    """A WSGI application around another."""

    def __init__(self, app: Flask, otherwise: Callable[..., Iterable[bytes]]) -> None:
        self._app, self._otherwise = app, otherwise
        self._engine: Any = None

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        answer = None
        if environ["REQUEST_METHOD"] == "GET":
            answer = self._page(environ, start)
        elif environ["REQUEST_METHOD"] == "POST":
            answer = self._vote(environ, start)
        return self._otherwise(environ, start) if answer is None else answer

    def _page(self, environ: Environ, start: Callable[..., Any]) -> Answer:
        found = PAGE.fullmatch(environ["PATH_INFO"])
        number = self._number(environ, found[1]) if found else 0
        if not found or not number:
            return None
        score = SCORE_OF[found[2]]
        try:
            asked = public_notes.write_down(
                self._app,
                self._engine,
                ClickKind.SCORE,
                number,
                score,
                public_notes.caller_of(environ),
            )
        except SQLAlchemyError:
            return None  # the view tries again, and says so in the log
        environ[public_notes.NOTED] = (asked,)
        if asked is None:
            return None
        nonce = secrets.token_urlsafe(18)
        house = self._app.extensions["hopnps"]
        page = answer_page.ready_question(self._app, house.links, asked, found[1], score, nonce)
        if page is None:
            return None
        policy = ("Content-Security-Policy", pages.POLICY.format(nonce=nonce))
        return _say(start, "200 OK", page.encode(), [policy, *PRIVATE])

    def _vote(self, environ: Environ, start: Callable[..., Any]) -> Answer:
        found = FORM.fullmatch(environ["PATH_INFO"])
        form = _form(environ) if found else {}
        if not found or form.get("score") not in SCORE_OF or "by_itself" in form:
            return None
        house = self._app.extensions["hopnps"]
        if not house.links.is_fresh(form.get("nonce", ""), found[1], now=doors.now()):
            return None
        number = self._number(environ, found[1])
        if not number:
            return None
        try:
            words = comment.checked(form.get("comment", ""))
            recorded = self._record(
                number, SCORE_OF[form["score"]], words, public_notes.caller_of(environ).browser
            )
        except (Invalid, Refused, SQLAlchemyError):
            return None  # the view knows how to say it
        self._tell(recorded)
        where = ("Location", environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"])
        return _say(start, "303 SEE OTHER", b"", [where, NOTHING, *PRIVATE])

    def _record(self, number: int, score: int, words: str, browser: str) -> votes.Recorded:
        house = self._app.extensions["hopnps"]
        vote = Vote(score, words, way=Way.BUTTON, browser=browser)
        return votes.cast(
            self._engine, number, vote, now=doors.now(), timezone=house.fixed_timezone
        )

    def _tell(self, recorded: votes.Recorded) -> None:
        """Nobody pays for a context whom nobody listens to. The vote stands, whatever becomes of this."""
        if not signals.response_recorded.receivers:
            return
        with self._app.app_context():
            try:
                public_votes.tell(recorded)
            except SQLAlchemyError:
                log.exception("listeners did not hear of a vote")

    def _number(self, environ: Environ, token: str) -> int:
        """The invitation of this link, which is heard; NOBODY for any that a view must look at."""
        links = self._app.extensions["hopnps"].links
        number = links.verify(Purpose.ANSWER, token)
        if not number or not public_links.hear(self._app, Purpose.ANSWER, number):
            return public_links.NOBODY
        environ[public_links.HEARD] = number
        if self._engine is None:
            with self._app.app_context():
                self._engine = self._app.extensions["hopnps"].db.engine
        return number


def _form(environ: Environ) -> dict[str, str]:
    """The fields of a usual form, the first of each name; the body stays there for whoever reads it next."""
    length = environ.get("CONTENT_LENGTH") or ""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if not length.isdecimal() or int(length) > LONGEST or kind != URLENCODED:
        return {}
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:  # the views know how to say it
        return {}
    return dict(reversed(fields))


def _say(
    start: Callable[..., Any], status: str, body: bytes, headers: list[tuple[str, str]]
) -> list[bytes]:
    told = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start(status, told + headers)
    return [body]
