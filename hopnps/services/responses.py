"""An invitation and a score -> its one response, the story of its changes, and the contact's last answer."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.comment import checked
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.score import SCORES
from hopnps.domain.vote import Vote
from hopnps.models import Evidence, Invitation, Response
from hopnps.services import driver, events, votes
from hopnps.services.last_answers import refresh_contacts

__all__ = ["find", "is_open", "refresh_contacts", "respond"]


def respond(
    session: Session,
    invitation: Invitation,
    score: int,
    *,
    comment: str = "",
    evidence: Evidence = Evidence.CONFIRMED,
    way: str = "",
    browser: str = "",
    now: datetime,
    timezone: tzinfo,
) -> Response:
    """Keep one response per invitation: the last confirmed vote wins, each change is kept, no comment is wiped by silence.

    A new score is a new answer: its moment, local day (of `timezone`), store, region, agent and language are those of
    now. A comment alone leaves the moment; the same answer again changes nothing.
    Raises Refused for an invitation that asks nothing (any more) or whose answer has stood too long, Invalid for what
    cannot be kept.
    """
    if score not in SCORES:
        raise Invalid(N_("A score is a whole number from 0 to 10."), field="score")
    vote = Vote(score, checked(comment), evidence, way, browser)
    line = driver.within(session)
    recorded = votes.record(line, invitation.id, vote, now=now, timezone=timezone)
    response = find(session, invitation)
    assert response is not None, "a vote was just recorded"
    if recorded.changed:
        session.expire(invitation.contact)
        session.expire(response, ["changes"])
        signal, facts = told(response.id, recorded)
        events.note(session, signal, **facts)
    return response


def told(response_id: int, recorded: votes.Recorded) -> tuple[str, dict[str, Any]]:
    """What listeners hear of a vote after its commit. A click alone says so: it is no ground for an alert."""
    return "response_recorded", {"response_id": response_id, "evidence": recorded.evidence}


def find(session: Session, invitation: Invitation) -> Response | None:
    """The response of an invitation as the database has it now; None if nobody answered."""
    asked = sa.select(Response).where(Response.invitation_id == invitation.id)
    return session.execute(asked, execution_options={"populate_existing": True}).scalar()


def is_open(invitation: Invitation, *, now: datetime) -> bool:
    """Whether it asked a question and still takes an answer."""
    return invitation.survey_id is not None and now < invitation.expires_at
