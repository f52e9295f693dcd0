"""This request -> a note of it, and what its page stands on; a note is never worth the page."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError

from hopnps import doors
from hopnps.models import ClickKind
from hopnps.services import clicks, driver
from hopnps.services.clicks import Asked, Caller

PATIENCE = 0.5  # seconds: robots would take every thread while an import has SQLite for itself
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # where browsers say "only in advance"


def note(kind: ClickKind, invitation_id: int, score: int | None = None) -> Asked | None:
    """What the page behind this link needs to know; None if the invitation takes no answer (any more).

    A fault of noting goes to the log.
    """
    house, now = doors.house(), doors.now()
    rest = timedelta(seconds=house.setting("HOPNPS_JUDGE_AFTER_SECONDS"))
    try:
        with driver.transaction(house.db.engine, patience=PATIENCE) as line:
            return clicks.note(
                line,
                invitation_id,
                kind,
                score=score,
                caller=caller(),
                judge_after=rest,
                now=now,
                last=True,
            )
    except SQLAlchemyError:
        current_app.logger.exception("A click of invitation %s was not noted", invitation_id)
    with driver.transaction(house.db.engine, writing=False) as line:
        return clicks.look(line, invitation_id, now=now)


def caller() -> Caller:
    """Who asks, in their own words."""
    headers = request.headers
    ahead = next((words for name in AHEAD if (words := headers.get(name))), "")
    return Caller(
        user_agent=headers.get("User-Agent", ""),
        address=request.remote_addr or "",
        prefetch=ahead,
        method=request.method,
    )
