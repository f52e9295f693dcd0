"""A person's word, or trouble on the line -> a launched campaign that pauses, goes on, ends, or sends its rest.

What is decided here counts from the next claim on: `services.deliveries` leaves out what is paused or cancelled.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, NotFound, Refused
from hopnps.domain.languages import DEFAULT
from hopnps.models import (
    Address,
    Campaign,
    Delivery,
    DeliveryState,
    Invitation,
    NoticeKind,
    Role,
    SkipReason,
    User,
)
from hopnps.services import frequency, notices

# why a campaign pauses itself; services.notice_words says it in French
UNREACHABLE = "The mail server could not be reached several times in a row."
NOT_LET_IN = "The mail server refused our name or our password."
BY_POLICY = "The mail server refused 5 of the last 100 mails by its rules."
CHUNK = 20_000  # rows taken out at a time, so that nobody waits long
AT_ONCE = 2_000  # those that a cancel takes out itself, while a person waits for it
_QUIET = {"synchronize_session": False}
_ANY_WAITING = (  # asked by its queue's first row: PostgreSQL would read all that waits for a mere EXISTS
    sa.select(Delivery.id)
    .where(Delivery.state == DeliveryState.WAITING, Delivery.campaign_id == Campaign.id)
    .order_by(Delivery.due_at, Delivery.id)
    .limit(1)
    .correlate(Campaign)
    .scalar_subquery()
)
_CANCELLED = (  # the oldest campaign that left something behind
    sa.select(Campaign.id)
    .where(Campaign.cancelled_at.is_not(None), _ANY_WAITING.is_not(None))
    .order_by(Campaign.id)
    .limit(1)
)


def pause(
    session: Session, campaign_id: int, *, why: str = "", by: str = "", now: datetime
) -> bool:
    """Let no more of its mails leave; True if it was running. What is in flight finishes.

    Without `by` it pauses itself: `why` is then a sentence of this module, perhaps with the server's words in a
    second line, its administrators are told, and nothing is refused. Raises Refused for one that cannot be paused.
    """
    campaign = _held(session, campaign_id)
    if by:
        _refuse_unlaunched(campaign)
        if campaign.cancelled_at:
            raise Refused(N_("This campaign is cancelled: there is nothing to pause."))
    if campaign.paused_at or campaign.cancelled_at or not campaign.launched_at:
        return False
    campaign.paused_at, campaign.paused_by, campaign.pause_reason = now, by, why
    session.flush()
    if not by:
        _tell_administrators(session, campaign, now)
    return True


def resume(session: Session, campaign_id: int, *, by: str = "", now: datetime) -> bool:
    """Let its mails leave again; True if it was paused. Raises Refused for one that is cancelled or not launched."""
    campaign = _held(session, campaign_id)
    _refuse_unlaunched(campaign)
    if campaign.cancelled_at:
        raise Refused(N_("This campaign is cancelled: it can only send the rest."))
    was_paused = campaign.paused_at is not None
    _go_on(campaign)
    session.flush()
    return was_paused


def cancel(session: Session, campaign_id: int, *, by: str = "", now: datetime) -> bool:
    """End it: what waits is skipped, what is in flight finishes; True if it had not been cancelled before.

    Who was not written to may be asked by another campaign at once. Of a very large campaign the rows follow at the
    next turns of the clock (see `take_out_cancelled`). Raises Refused for one that is not launched.
    """
    campaign = _held(session, campaign_id)
    _refuse_unlaunched(campaign)
    if campaign.cancelled_at:
        return False
    _go_on(campaign)
    campaign.cancelled_at, campaign.cancelled_by = now, by
    session.flush()
    take_out_cancelled(session, most=AT_ONCE)
    return True


def take_out_cancelled(session: Session, *, most: int = CHUNK) -> int:
    """Mails of a cancelled campaign that wait are skipped, so many of them at most; how many.

    Also those that were in flight at the cancel and came back. Several workers share the work, nobody waits.
    """
    campaign_id = session.scalar(_CANCELLED)
    if campaign_id is None:
        return 0
    chunk = (
        sa.select(Delivery.id)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.campaign_id == campaign_id)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("chunk")
    )
    taken = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(sa.select(chunk.c.id)))
        .values(state=DeliveryState.SKIPPED, reason=SkipReason.CANCELLED)
        .returning(Delivery.invitation_id, Delivery.number),
        execution_options=_QUIET,
    ).all()
    frequency.release(session, [asked for asked, number in taken if asked and number == 1])
    return len(taken)


def send_rest(
    session: Session, campaign_id: int, *, cadence: Cadence, by: str = "", now: datetime
) -> int:
    """Who was cancelled, or failed for a reason that passes, waits again; how many. Never one that was, or may have
    been, sent.

    Who was asked by another survey meanwhile stays out, as asked recently. Raises Refused for one that is not launched.
    """
    campaign = _held(session, campaign_id)
    _refuse_unlaunched(campaign)
    _go_on(campaign)
    campaign.cancelled_at, campaign.cancelled_by = None, ""
    session.flush()
    _keep_out_asked(session, campaign, cadence, now)
    number = session.execute(
        sa.update(Delivery)
        .where(_rest(campaign), Delivery.invitation_id.in_(_open_invitations(campaign, now)))
        .values(
            state=DeliveryState.WAITING,
            reason="",
            due_at=now,
            attempts=0,
            first_tried_at=None,
            data_at=None,
        ),
        execution_options=_QUIET,
    ).rowcount  # type: ignore[attr-defined]
    if campaign.survey_id is not None and number:
        _mark_asked(session, campaign, now)
    return number


def rest(session: Session, campaign: Campaign, *, now: datetime) -> int:
    """How many mails `send_rest` would try again, before it looks at who was asked meanwhile."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Delivery)
            .where(_rest(campaign), Delivery.invitation_id.in_(_open_invitations(campaign, now)))
        )
        or 0
    )


def _held(session: Session, campaign_id: int) -> Campaign:
    """Nobody else decides of it until this transaction ends; what refers to it may be written. Raises NotFound."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(N_("There is no campaign %(id)s."), id=campaign_id)
    session.refresh(campaign, with_for_update={"key_share": True})
    return campaign


def _refuse_unlaunched(campaign: Campaign) -> None:
    if campaign.launched_at is None:
        raise Refused(N_("This campaign is not launched."))


def _go_on(campaign: Campaign) -> None:
    campaign.paused_at, campaign.paused_by, campaign.pause_reason = None, "", ""


def _rest(campaign: Campaign) -> sa.ColumnElement[bool]:
    """A 5xx is for good, but for those of policy (5.7.x): they say nothing of the address, and what they ask for can
    be mended."""
    for_good = sa.and_(Delivery.reason.like("5__ %"), Delivery.reason.not_like("5__ 5.7.%"))
    return sa.and_(
        Delivery.campaign_id == campaign.id,
        sa.or_(
            sa.and_(
                Delivery.state == DeliveryState.SKIPPED, Delivery.reason == SkipReason.CANCELLED
            ),
            sa.and_(Delivery.state == DeliveryState.FAILED, ~for_good),
        ),
    )


def _open_invitations(campaign: Campaign, now: datetime) -> sa.Select[Any]:
    return sa.select(Invitation.id).where(
        Invitation.campaign_id == campaign.id, Invitation.expires_at > now
    )


def _keep_out_asked(session: Session, campaign: Campaign, cadence: Cadence, now: datetime) -> None:
    rule = frequency.cadence_of(campaign.survey, cadence)
    if campaign.survey_id is None or not rule.days:
        return
    asked = sa.select(Invitation.id).where(
        Invitation.campaign_id == campaign.id,
        frequency.asked_elsewhere(rule.limit(now), planned=True),
    )
    session.execute(
        sa.update(Delivery)
        .where(_rest(campaign), Delivery.number == 1, Delivery.invitation_id.in_(asked))
        .values(state=DeliveryState.SKIPPED, reason=SkipReason.ASKED_RECENTLY),
        execution_options=_QUIET,
    )


def _mark_asked(session: Session, campaign: Campaign, now: datetime) -> None:
    waiting = (
        sa.select(Invitation.address_id)
        .join(Delivery, Delivery.invitation_id == Invitation.id)
        .where(
            Delivery.campaign_id == campaign.id,
            Delivery.number == 1,
            Delivery.state == DeliveryState.WAITING,
            Delivery.due_at == now,
        )
    )
    session.execute(
        sa.update(Address).where(Address.id.in_(waiting)).values(last_asked_at=now),
        execution_options=_QUIET,
    )


def _tell_administrators(session: Session, campaign: Campaign, now: datetime) -> None:
    administrators = session.scalars(
        sa.select(User).where(User.role == Role.ADMIN, User.disabled_at.is_(None))
    )
    for user in administrators:
        notices.send(
            session,
            NoticeKind.PAUSED,
            email=user.email,
            name=user.name,
            language=user.language or DEFAULT,
            facts={"campaign_id": campaign.id, "why": campaign.pause_reason},
            now=now,
        )
