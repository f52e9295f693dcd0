"""A launched campaign -> how far its mails are and what they brought; everything counted, nothing kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.score import SCORES
from hopnps.domain.statistics import Tally
from hopnps.models import (
    Campaign,
    CampaignSkip,
    Click,
    Contact,
    Delivery,
    DeliveryState,
    Invitation,
    Response,
    SkipReason,
)
from hopnps.services import campaigns


@dataclass(frozen=True)
class Results:
    """`waiting` includes what is in a worker's hands. `clicks` and `answers` have one number for each score 0 to 10;
    a click is counted once for each person and score."""

    waiting: int
    put_off: int
    sent: int
    failed: int
    uncertain: int
    skipped: dict[str, int]
    clicks: list[int]
    answers: list[int]

    @property
    def queued(self) -> int:
        """All mails of this campaign, whatever became of them."""
        return self.waiting + self.sent + self.failed + self.uncertain

    @property
    def tally(self) -> Tally:
        scores = Counter(dict(zip(SCORES, self.answers, strict=True)))
        return Tally.of(scores.elements())


def results(session: Session, campaign: Campaign) -> Results:
    """How far the mails of a campaign are, and what they brought."""
    states, put_off = _states(session, campaign)
    return Results(
        waiting=states[DeliveryState.WAITING] + states[DeliveryState.SENDING],
        put_off=put_off,
        sent=states[DeliveryState.SENT],
        failed=states[DeliveryState.FAILED],
        uncertain=states[DeliveryState.UNCERTAIN],
        skipped=_skipped(session, campaign),
        clicks=_clicks(session, campaign),
        answers=_answers(session, campaign),
    )


def sent_counts(session: Session, listed: Sequence[Campaign]) -> dict[int, int]:
    """How many mails each of these campaigns has sent, by the campaign's id."""
    rows = session.execute(
        sa.select(Invitation.campaign_id, sa.func.count())
        .join(Delivery, Delivery.invitation_id == Invitation.id)
        .where(
            Invitation.campaign_id.in_([campaign.id for campaign in listed]),
            Delivery.state == DeliveryState.SENT,
        )
        .group_by(Invitation.campaign_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def mails(
    session: Session, campaign: Campaign, state: str, *, limit: int, offset: int = 0
) -> Sequence[Delivery]:
    """The mails of a campaign in one state, with their people, oldest first."""
    return session.scalars(
        sa.select(Delivery)
        .join(Delivery.invitation)
        .where(Invitation.campaign_id == campaign.id, Delivery.state == state)
        .order_by(Delivery.id)
        .limit(limit)
        .offset(offset)
        .options(joinedload(Delivery.invitation).joinedload(Invitation.contact))
    ).all()


def left_out(
    session: Session, campaign: Campaign, reason: str, *, limit: int, offset: int = 0
) -> Sequence[CampaignSkip]:
    """Who of the segment got no mail for this reason when it was launched, by name."""
    return session.scalars(
        sa.select(CampaignSkip)
        .join(CampaignSkip.contact)
        .where(CampaignSkip.campaign_id == campaign.id, CampaignSkip.reason == reason)
        .order_by(Contact.last_name, Contact.first_name, Contact.id)
        .limit(limit)
        .offset(offset)
        .options(joinedload(CampaignSkip.contact))
    ).all()


def _states(session: Session, campaign: Campaign) -> tuple[Counter[str], int]:
    """How many mails are in each state, and how many of the waiting were put off by the server."""
    tried = sa.func.sum(sa.case((Delivery.attempts > 0, 1), else_=0))
    rows = session.execute(
        sa.select(Delivery.state, sa.func.count(), tried)
        .join(Delivery.invitation)
        .where(Invitation.campaign_id == campaign.id)
        .group_by(Delivery.state)
    ).all()
    states = Counter({state: number for state, number, _ in rows})
    return states, {state: again for state, _, again in rows}.get(DeliveryState.WAITING, 0)


def _skipped(session: Session, campaign: Campaign) -> dict[str, int]:
    """Left out at launch, or since then."""
    later = session.execute(
        sa.select(Delivery.reason, sa.func.count())
        .join(Delivery.invitation)
        .where(Invitation.campaign_id == campaign.id, Delivery.state == DeliveryState.SKIPPED)
        .group_by(Delivery.reason)
    ).all()
    counts: Counter[str] = Counter()
    counts.update({str(reason): n for reason, n in campaigns.skipped(session, campaign).items()})
    for reason, number in later:
        counts[reason] += number
    return {str(reason): counts[reason] for reason in SkipReason if counts[reason]}


def _clicks(session: Session, campaign: Campaign) -> list[int]:
    rows = session.execute(
        sa.select(Click.score, sa.func.count(sa.distinct(Click.invitation_id)))
        .join(Invitation, Invitation.id == Click.invitation_id)
        .where(Invitation.campaign_id == campaign.id)
        .group_by(Click.score)
    ).all()
    return _by_score(rows)


def _answers(session: Session, campaign: Campaign) -> list[int]:
    rows = session.execute(
        sa.select(Response.score, sa.func.count())
        .join(Response.invitation)
        .where(Invitation.campaign_id == campaign.id)
        .group_by(Response.score)
    ).all()
    return _by_score(rows)


def _by_score(rows: Sequence[sa.Row[int, int]]) -> list[int]:
    found = {row[0]: row[1] for row in rows}
    return [found.get(score, 0) for score in SCORES]
