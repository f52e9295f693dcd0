"""How earlier campaigns of a survey were answered -> what to expect of the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.statistics import Z95, Tally
from hopnps.models import Campaign
from hopnps.services import campaign_list
from hopnps.services.campaign_list import Line

_TIME_TO_ANSWER = timedelta(days=14)
_LOOKED_AT = 3  # campaigns, the latest
_FEWEST = 20  # answers; from fewer nothing is foretold


@dataclass(frozen=True)
class Forecast:
    """`answers` of which the number likely lies from `low` to `high`; `points`: their NPS plus or minus that."""

    answers: int
    low: int
    high: int
    points: int


def foretell(
    session: Session, campaign: Campaign, people: int, *, now: datetime
) -> Forecast | None:
    """What `people` mails of this campaign may bring; None where too little is known, or nothing is asked."""
    if campaign.survey_id is None or not people:
        return None
    earlier = session.scalars(
        sa.select(Campaign)
        .where(
            Campaign.survey_id == campaign.survey_id,
            Campaign.launched_at.is_not(None),
            Campaign.due_at < now - _TIME_TO_ANSWER,
        )
        .order_by(Campaign.due_at.desc())
        .limit(_LOOKED_AT)
    ).all()
    known = [line for line in campaign_list.lines(session, earlier, now=now) if line.sent]
    return _from(known, people)


def _from(known: list[Line], people: int) -> Forecast | None:
    tally = Tally(
        sum(line.tally.promoters for line in known),
        sum(line.tally.passives for line in known),
        sum(line.tally.detractors for line in known),
    )
    if tally.answers < _FEWEST or tally.interval is None:
        return None
    rates = [line.tally.answers / line.sent for line in known]
    rate = tally.answers / sum(line.sent for line in known)
    chance = Z95 * sqrt(people * rate * max(0.0, 1 - rate))
    answers = round(people * rate)
    spread = (tally.interval[1] - tally.interval[0]) / 2
    return Forecast(
        answers=answers,
        low=max(0, round(people * min(rates) - chance)),
        high=min(people, round(people * max(rates) + chance)),
        points=round(spread * sqrt((tally.answers + 3) / (answers + 3))),
    )
