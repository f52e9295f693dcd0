"""Invitations that brought no answer -> a reminder each, days after the mail before it; at most two of them.

Who answered, unsubscribed or bounced, and whose link has expired, gets none; the claim looks at it once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hopnps.domain.errors import N_, Faults, Invalid
from hopnps.models import Address, Campaign, Delivery, DeliveryState, Invitation, Response
from hopnps.services.dialects import insert_missing

FIELDS = ("reminder", "second")  # where each is typed
MOST = len(FIELDS)  # with the first mail three of one invitation
LONGEST_DAYS = 60
CHUNK = 20_000  # made at a time


def read_days(texts: Sequence[str]) -> list[int]:
    """What was typed for the first and the second reminder -> days after the mail before; '' for none.

    Raises Invalid, at the field of each fault.
    """
    faults, days = Faults(), []
    typed = [one.strip() for one in texts[:MOST]]
    for place, (field, text) in enumerate(zip(FIELDS, typed, strict=False)):
        with faults.noted(field):
            if text:
                days.append(_days(text))
            elif any(typed[place:]):
                raise Invalid(N_("Fill in the first reminder before the second."))
    faults.tell()
    return days


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        raise Invalid(N_("Write a number of days."))
    if not 1 <= int(text) <= LONGEST_DAYS:
        raise Invalid(N_("From %(least)s to %(most)s days."), least=1, most=LONGEST_DAYS)
    return int(text)


def remind(session: Session, *, now: datetime) -> int:
    """Make the reminders that are due, CHUNK at most for each; how many."""
    running = session.scalars(
        sa.select(Campaign).where(
            Campaign.launched_at.is_not(None),
            Campaign.paused_at.is_(None),
            Campaign.cancelled_at.is_(None),
            Campaign.survey_id.is_not(None),
        )
    )
    return sum(
        _remind(session, campaign.id, number, days, now)
        for campaign in running
        for number, days in enumerate(campaign.reminder_days[:MOST], start=2)
        if campaign.due_at <= now - timedelta(days=days)
    )


def _remind(session: Session, campaign_id: int, number: int, days: int, now: datetime) -> int:
    """The mails of this number, to whom the one before it was sent so many days ago."""
    before, made = aliased(Delivery), aliased(Delivery)
    answered = sa.exists().where(Response.invitation_id == Invitation.id)
    reminded = sa.exists().where(made.invitation_id == Invitation.id, made.number == number)
    moment = Delivery.__table__.c.due_at.type
    values = {
        "invitation_id": Invitation.id,
        "campaign_id": sa.literal(campaign_id),
        "number": sa.literal(number),
        "state": sa.literal(str(DeliveryState.WAITING)),
        "reason": sa.literal(""),
        "due_at": sa.literal(now, moment),
        "attempts": sa.literal(0),
        "lease": sa.literal(""),
        "message_id": sa.literal(""),
    }
    rows = (
        sa.select(*values.values())
        .join(before, before.invitation_id == Invitation.id)
        .join(Address, Address.id == Invitation.address_id)
        .where(
            before.campaign_id == campaign_id,
            before.number == number - 1,
            before.state == DeliveryState.SENT,
            before.sent_at <= now - timedelta(days=days),
            Invitation.expires_at > now,
            Address.unsubscribed_at.is_(None),
            Address.bounced_at.is_(None),
            ~answered,
            ~reminded,
        )
        .order_by(Invitation.id)
        .limit(CHUNK)
    )
    making = insert_missing(session, Delivery, list(values), rows)
    done = session.execute(making, execution_options={"preserve_rowcount": True})
    return done.rowcount  # type: ignore[attr-defined]
