"""A launched campaign -> how far its mails are and what they brought; everything counted, nothing kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.score import SCORES
from hopnps.domain.statistics import Tally
from hopnps.models import (
    Campaign,
    Click,
    Delivery,
    DeliveryState,
    Invitation,
    Response,
    SkipReason,
)
from hopnps.services import campaigns
from hopnps.services.clicks import opened
from hopnps.services.scopes import within

Condition = sa.ColumnElement[bool]
_LATELY = timedelta(minutes=10)  # what a pace is told from
_ENOUGH = 5  # mails


@dataclass(frozen=True)
class Results:
    """`waiting` includes what is in a worker's hands, and `put_off`. `clicks` and `answers` have one number for each
    score 0 to 10; a click is counted once for each person and score. `mails`: how many of each number (1 is the first
    mail, 2 and 3 are reminders) are in each state."""

    waiting: int
    put_off: int
    sent: int
    failed: int
    uncertain: int
    skipped: dict[str, int]
    clicks: list[int]
    answers: list[int]
    mails: dict[int, Counter[str]]

    @property
    def first_sent(self) -> int:
        """The people who were sent the first mail."""
        return self.mails.get(1, Counter())[DeliveryState.SENT]

    @property
    def queued(self) -> int:
        """All mails of this campaign, whatever became of them."""
        return self.waiting + self.sent + self.failed + self.uncertain

    @property
    def answer_rate(self) -> float | None:
        """The share of the people written to who answered; None before any was sent."""
        return self.tally.answers / self.first_sent if self.first_sent else None

    @property
    def tally(self) -> Tally:
        scores = Counter(dict(zip(SCORES, self.answers, strict=True)))
        return Tally.of(scores.elements())


def results(session: Session, campaign: Campaign, *, scope: Scope = WHOLE_HOUSE) -> Results:
    """How far the mails of a campaign are, and what they brought, among the clients of this scope."""
    mine = sa.and_(Invitation.campaign_id == campaign.id, within(Invitation, scope))
    mails, put_off = _states(session, campaign, scope)
    states = sum(mails.values(), Counter())
    return Results(
        waiting=states[DeliveryState.WAITING] + states[DeliveryState.SENDING],
        put_off=put_off,
        sent=states[DeliveryState.SENT],
        failed=states[DeliveryState.FAILED],
        uncertain=states[DeliveryState.UNCERTAIN],
        skipped=_skipped(session, campaign, mine, scope),
        clicks=_clicks(session, mine),
        answers=_answers(session, mine),
        mails=mails,
    )


def pace(session: Session, campaign: Campaign, *, now: datetime) -> float | None:
    """Mails a second lately; None while too few have left to tell."""
    since = now - _LATELY
    count, first, last = session.execute(
        sa.select(
            sa.func.count(), sa.func.min(Delivery.sent_at), sa.func.max(Delivery.sent_at)
        ).where(
            Delivery.campaign_id == campaign.id,
            Delivery.state == DeliveryState.SENT,
            Delivery.sent_at > since,
        )
    ).one()
    seconds = (last - first).total_seconds() if first and last else 0
    return (count - 1) / seconds if count >= _ENOUGH and seconds else None


def uncertain(session: Session, campaign: Campaign, *, limit: int) -> Sequence[Delivery]:
    """The mails that may have left, with their people, oldest first."""
    return session.scalars(
        sa.select(Delivery)
        .join(Delivery.invitation)
        .where(Invitation.campaign_id == campaign.id, Delivery.state == DeliveryState.UNCERTAIN)
        .order_by(Delivery.id)
        .limit(limit)
        .options(joinedload(Delivery.invitation).joinedload(Invitation.contact))
    ).all()


def _states(
    session: Session, campaign: Campaign, scope: Scope
) -> tuple[dict[int, Counter[str]], int]:
    """How many mails of each number are in each state, and how many of the waiting were put off by the server."""
    tried = sa.func.sum(sa.case((Delivery.attempts > 0, 1), else_=0))
    wanted = sa.select(Delivery.number, Delivery.state, sa.func.count(), tried)
    wanted = wanted.where(Delivery.campaign_id == campaign.id)
    if not scope.whole:  # else there is no need to look at a million invitations
        wanted = wanted.join(Delivery.invitation).where(within(Invitation, scope))
    mails: dict[int, Counter[str]] = defaultdict(Counter)
    put_off = 0
    for number, state, count, again in session.execute(
        wanted.group_by(Delivery.number, Delivery.state).order_by(Delivery.number)
    ):
        mails[number][state] = count
        put_off += again if state == DeliveryState.WAITING else 0
    return dict(mails), put_off


def _skipped(session: Session, campaign: Campaign, mine: Condition, scope: Scope) -> dict[str, int]:
    """Left out at launch, or since then."""
    later = session.execute(
        sa.select(Delivery.reason, sa.func.count())
        .join(Delivery.invitation)
        .where(mine, Delivery.state == DeliveryState.SKIPPED, Delivery.number == 1)
        .group_by(Delivery.reason)
    ).all()
    counts: Counter[str] = Counter()
    counts.update(
        {str(reason): n for reason, n in campaigns.skipped(session, campaign, scope=scope).items()}
    )
    for reason, number in later:
        counts[reason] += number
    return {str(reason): counts[reason] for reason in SkipReason if counts[reason]}


def _clicks(session: Session, mine: Condition) -> list[int]:
    rows = session.execute(
        sa.select(Click.score, sa.func.count(sa.distinct(Click.invitation_id)))
        .join(Invitation, Invitation.id == Click.invitation_id)
        .where(mine, opened())
        .group_by(Click.score)
    ).all()
    return _by_score((score, number) for score, number in rows if score is not None)


def _answers(session: Session, mine: Condition) -> list[int]:
    rows = session.execute(
        sa.select(Response.score, sa.func.count())
        .join(Response.invitation)
        .where(mine)
        .group_by(Response.score)
    ).all()
    return _by_score(rows)


def _by_score(rows: Iterable[tuple[int, int]]) -> list[int]:
    found = dict(rows)
    return [found.get(score, 0) for score in SCORES]
