"""This request -> a note of it, and what its page stands on; a note is never worth the page."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, current_app, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from hopnps import doors
from hopnps.models import ClickKind
from hopnps.services import clicks, turns
from hopnps.services.clicks import Asked, Caller

PATIENCE = 0.5  # seconds: robots would take every thread while an import has SQLite for itself
NOTED = "hopnps.noted"  # in the request's environment: what was found when it was noted already
# where browsers say "only in advance": Sec-Purpose, ...
AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


def note(kind: ClickKind, invitation_id: int, score: int | None = None) -> Asked | None:
    """What the page behind this link needs to know; None if the invitation takes no answer (any more).

    A fault of noting goes to the log.
    """
    if NOTED in request.environ:
        return request.environ[NOTED][0]
    engine = doors.house().db.engine
    try:
        return write_down(
            current_app, engine, kind, invitation_id, score, caller_of(request.environ)
        )
    except SQLAlchemyError:
        current_app.logger.exception("A click of invitation %s was not noted", invitation_id)
    now = doors.now()
    return turns.read(engine, lambda line: clicks.look(line, invitation_id, now=now))


def write_down(
    app: Flask,
    engine: Engine,
    kind: ClickKind,
    invitation_id: int,
    score: int | None,
    caller: Caller,
) -> Asked | None:
    """The same, where a fault is the caller's; needs no application context."""
    rest = timedelta(seconds=app.config["HOPNPS_JUDGE_AFTER_SECONDS"])
    noted = partial(
        clicks.note,
        invitation_id=invitation_id,
        kind=kind,
        score=score,
        caller=caller,
        judge_after=rest,
        now=doors.now(),
    )
    return turns.write(engine, noted, patience=PATIENCE)


def caller_of(environ: dict[str, Any]) -> Caller:
    """Who asks, in their own words."""
    return Caller(
        user_agent=environ.get("HTTP_USER_AGENT", ""),
        address=environ.get("REMOTE_ADDR") or "",
        prefetch=next(filter(None, map(environ.get, AHEAD)), ""),
        method=environ["REQUEST_METHOD"],
    )
