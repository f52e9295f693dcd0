"""A vote, and what an invitation has been answered so far -> what is to be written, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from hopnps.domain.browsers import ROBOT
from hopnps.domain.errors import N_, Refused

CONFIRMED, CLICK_ONLY = "confirmed", "click-only"


class Vote(NamedTuple):
    """The words of `evidence` and `way` are those of models/response.py; `browser` is a family of domain/browsers.py."""

    score: int
    comment: str = ""
    evidence: str = CONFIRMED
    way: str = ""
    browser: str = ""


class Standing(NamedTuple):
    """The answer that stands. `first_at`: when it was first given."""

    score: int
    comment: str
    evidence: str
    browser: str
    first_at: datetime


class Writing(NamedTuple):
    """What an answer becomes. `anew`: a new score is a new answer, with the moment and the places of now."""

    score: int
    comment: str
    evidence: str
    browser: str
    anew: bool
    conflict: bool


def decide(
    vote: Vote, standing: Standing | None, *, edit_days: int, now: datetime
) -> Writing | None:
    """The last confirmed vote wins, a click never wins over it, no comment is wiped by silence; None: all stays.

    Raises Refused once the answer has stood for `edit_days`.
    """
    if standing is None:
        return Writing(vote.score, vote.comment, vote.evidence, vote.browser, True, False)
    sure = CONFIRMED in (vote.evidence, standing.evidence)
    if vote.evidence == CLICK_ONLY and standing.evidence == CONFIRMED:
        return None
    comment = vote.comment or standing.comment
    evidence = CONFIRMED if sure else CLICK_ONLY
    if (vote.score, comment, evidence) == (standing.score, standing.comment, standing.evidence):
        return None
    if now - standing.first_at >= timedelta(days=edit_days):
        raise Refused(N_("This answer can no longer be changed."))
    return Writing(
        vote.score,
        comment,
        evidence,
        vote.browser or standing.browser,
        anew=vote.score != standing.score,
        conflict=_another(vote, standing),
    )


def _another(vote: Vote, standing: Standing) -> bool:
    """Another browser confirms another score: the mail may have been forwarded."""
    known = {vote.browser, standing.browser}.isdisjoint({"", ROBOT})
    confirmed = vote.evidence == standing.evidence == CONFIRMED
    return confirmed and known and vote.browser != standing.browser and vote.score != standing.score
