"""A vote -> the one answer of its invitation, its story, the contact's last answer and the counts, mostly in one journey.

Pages go this way by the database's driver (services/driver.py); services/responses.py takes it within a session.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple

import sqlalchemy as sa

from hopnps.domain.errors import N_, Refused
from hopnps.domain.vote import Vote, decide
from hopnps.models import Response
from hopnps.services import ballot_box, ballots, first_answers, machine_counts, turns
from hopnps.services.ballot_box import Cast
from hopnps.services.ballots import BALLOT, LOCK, Ballot
from hopnps.services.driver import Line, Rows, Sql, moment


class Recorded(NamedTuple):
    """What came of a vote: `changed` is False where all stayed as it was."""

    invitation_id: int
    changed: bool
    evidence: str


def cast(
    engine: sa.Engine, invitation_id: int, vote: Vote, *, now: datetime, timezone: tzinfo | None
) -> Recorded:
    """Write down a vote in a transaction of its own, as `record` does."""
    return turns.write(
        engine, lambda line: record(line, invitation_id, vote, now=now, timezone=timezone)
    )


def number_of(engine: sa.Engine, recorded: Recorded) -> int:
    """The number of the answer, for who wants to be told: the session stays as free as it was."""
    asked = {"invitation": recorded.invitation_id}
    (rows,) = turns.read(engine, lambda line: line.run((_NUMBER, asked)))
    return rows[0][0]


def record(
    line: Line, invitation_id: int, vote: Vote, *, now: datetime, timezone: tzinfo | None
) -> Recorded:
    """Write down a vote. Votes of one contact wait for each other.

    `timezone` decides which day it is; None: the one chosen on the screen, else the default.

    Raises Refused for an invitation that asks nothing (any more), and for an answer that has stood too long.
    """
    if first_answers.write(line, invitation_id, vote, now=now, timezone=timezone):
        return Recorded(invitation_id, True, vote.evidence)
    asked = {"invitation": invitation_id}
    lock = [(LOCK, asked)] if line.shared else []
    *_held, found = line.run(*lock, (BALLOT, asked), first=True)
    ballot, given = _decide(line, found, invitation_id, vote, now, timezone)
    if given is None:
        line.run(last=True)
        return Recorded(invitation_id, False, ballot.evidence)
    line.run(*ballot_box.steps(given), last=True)
    return Recorded(invitation_id, True, given.written.evidence)


def _decide(
    line: Line, found: Rows, invitation_id: int, vote: Vote, now: datetime, timezone: tzinfo | None
) -> tuple[Ballot, Cast | None]:
    """The ballot, and what to write; None: all stays as it is."""
    ballot = ballots.read(found)
    if ballot is None or ballot.survey_id is None:
        raise Refused(N_("This mail asked no question."))
    expires_at = moment(ballot.expires_at)
    if expires_at is None or now >= expires_at:
        raise Refused(N_("This link no longer takes an answer."))
    written = decide(vote, ballot.standing, edit_days=ballot.edit_days or 0, now=now)
    if written is None:
        return ballot, None
    day = now.astimezone(timezone or ballot.zone).date()
    first_answers.learn_zone(ballot.chosen_zone)
    lost = machine_counts.lost_votes(line, invitation_id) if ballot.lost else []
    return ballot, Cast(ballot, invitation_id, vote, written, now, day, lost)


_NUMBER = Sql(
    lambda _insert: sa.select(Response.id).where(
        Response.invitation_id == sa.bindparam("invitation")
    )
)
