"""A page of campaigns -> their states and figures, asked of the database once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.score import Category
from hopnps.domain.statistics import Tally
from hopnps.models import Campaign, Delivery, DeliveryState, Response


class Stage(StrEnum):
    """`planned` is launched and waits for its date; `sent` may still have reminders to come."""

    DRAFT = "draft"
    PLANNED = "planned"
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    SENT = "sent"


@dataclass(frozen=True)
class Line:
    """One campaign of the list; `queued` is all its mails, whatever became of them."""

    campaign: Campaign
    stage: Stage
    sent: int = 0
    queued: int = 0
    tally: Tally = field(default_factory=Tally)


def lines(session: Session, campaigns: Sequence[Campaign], *, now: datetime) -> list[Line]:
    """In the order given; two queries, however many campaigns there are."""
    launched = [one.id for one in campaigns if one.launched_at is not None]
    mails, tallies = _mails(session, launched), _tallies(session, launched)
    return [_line(one, mails[one.id], tallies[one.id], now) for one in campaigns]


def _line(campaign: Campaign, mails: dict[str, int], tally: Tally, now: datetime) -> Line:
    if campaign.launched_at is None:
        return Line(campaign, Stage.DRAFT)
    waiting = mails.get(DeliveryState.WAITING, 0) + mails.get(DeliveryState.SENDING, 0)
    queued = sum(mails.values()) - mails.get(DeliveryState.SKIPPED, 0)
    sent = mails.get(DeliveryState.SENT, 0)
    return Line(campaign, stage_of(campaign, waiting, now), sent, queued, tally)


def stage_of(campaign: Campaign, waiting: int, now: datetime) -> Stage:
    """Where a campaign is of whose mails so many wait."""
    if campaign.launched_at is None:
        return Stage.DRAFT
    if campaign.cancelled_at is not None:
        return Stage.CANCELLED
    if campaign.paused_at is not None:
        return Stage.PAUSED
    if not waiting:
        return Stage.SENT
    return Stage.PLANNED if campaign.due_at > now else Stage.SENDING


def _mails(session: Session, campaign_ids: list[int]) -> defaultdict[int, dict[str, int]]:
    rows = session.execute(
        sa.select(Delivery.campaign_id, Delivery.state, sa.func.count())
        .where(Delivery.campaign_id.in_(campaign_ids), Delivery.number == 1)
        .group_by(Delivery.campaign_id, Delivery.state)
    )
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for campaign_id, state, number in rows:
        found[campaign_id or 0][state] = number
    return found


def _tallies(session: Session, campaign_ids: list[int]) -> defaultdict[int, Tally]:
    rows = session.execute(
        sa.select(Response.campaign_id, Response.category, sa.func.count())
        .where(Response.campaign_id.in_(campaign_ids))
        .group_by(Response.campaign_id, Response.category)
    )
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for campaign_id, category, number in rows:
        counts[campaign_id or 0][category] = number
    found: defaultdict[int, Tally] = defaultdict(Tally)
    for campaign_id, known in counts.items():
        found[campaign_id] = Tally(
            known.get(Category.PROMOTER, 0),
            known.get(Category.PASSIVE, 0),
            known.get(Category.DETRACTOR, 0),
        )
    return found
