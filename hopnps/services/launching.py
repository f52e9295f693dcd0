"""A campaign -> its invitations, its waiting mails and its list of those left out, by a few set-based statements.

How many people there are changes nothing but the time it takes. The steps stand in the order of `campaigns.launch`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, Refused
from hopnps.models import (
    Address,
    Campaign,
    CampaignSkip,
    Delivery,
    DeliveryState,
    Invitation,
    SkipReason,
)
from hopnps.services import addresses, audiences, dialects, survey_versions
from hopnps.services.dialects import insert_missing, later
from hopnps.services.frequency import cadence_of
from hopnps.services.staging import count_values, make_room, stage

JUDGED = ["contact_id", "email", "language", "address_id", "asked_at", "reason"]


def hold_addresses(session: Session) -> None:
    """Two campaigns at once must not ask the same person twice: the second waits until the first has decided.

    Nobody else waits: who unsubscribes meanwhile is written down at once.
    """
    dialects.take_turns(session, addresses.ASKING)


def take_off(session: Session, campaign: Campaign, now: datetime) -> bool:
    """Mark it launched; of two who press the button at once, one gets True. Raises Refused for an unfinished draft."""
    if campaign.template is None or campaign.segment is None:
        raise Refused(N_("This campaign is not finished: say to whom it goes, and which mail."))
    done = session.execute(
        sa.update(Campaign)
        .where(Campaign.id == campaign.id, Campaign.launched_at.is_(None))
        .values(
            launched_at=now,
            due_at=max(campaign.due_at, now),
            template_version_id=campaign.template.current.id,
        ),
        execution_options={"synchronize_session": False},
    )
    session.refresh(campaign)
    return bool(done.rowcount)  # type: ignore[attr-defined]


@contextmanager
def judged(
    session: Session, campaign: Campaign, cadence: Cadence, now: datetime
) -> Iterator[sa.Table]:
    """Every member of the segment with the verdict on them, found once: what the next steps read."""
    people = audiences.judged(campaign, cadence=cadence, now=now).subquery()
    columns = [sa.Column(name, people.c[name].type) for name in JUDGED]
    make_room(session)
    with stage(session, "nps_judged", columns) as table:
        verdicts = sa.select(*(people.c[name] for name in JUDGED)).order_by(people.c.contact_id)
        session.execute(sa.insert(table).from_select(JUDGED, verdicts))
        count_values(session, table, "reason")
        yield table


def know_addresses(session: Session, campaign: Campaign, people: sa.Table) -> None:
    """A row for each address that gets the mail and has none yet, marked as asked at once."""
    asked_at = _moment(campaign.due_at) if campaign.survey_id is not None else _never()
    unknown = (
        sa.select(people.c.email, sa.literal(""), asked_at)
        .where(people.c.reason == audiences.NOBODY_REFUSES, people.c.address_id.is_(None))
        .order_by(people.c.contact_id)
    )
    columns = ["email", "bounce_reason", "last_asked_at"]
    session.execute(insert_missing(session, Address, columns, unknown))


def invite(
    session: Session, campaign: Campaign, people: sa.Table, expiry_days: int, now: datetime
) -> None:
    """An invitation for each who gets the mail; they are the campaign's first, so none can be there yet."""
    version = survey_versions.pinned(session, campaign.survey, now=now) if campaign.survey else None
    values = {
        "cause": sa.literal(f"campaign:{campaign.id}"),
        "address_id": Address.id,
        "contact_id": people.c.contact_id,
        "campaign_id": sa.literal(campaign.id),
        "survey_id": sa.literal(campaign.survey_id, sa.Integer),
        "survey_version_id": sa.literal(version and version.id, sa.Integer),
        "template_version_id": sa.literal(campaign.template_version_id),
        "language": audiences.spoken(people.c.language),
        "created_by": sa.literal(campaign.created_by),
        "created_at": _moment(now),
        "expires_at": _moment(campaign.due_at + timedelta(days=expiry_days)),
    }
    chosen = (
        sa.select(*values.values())
        .join(Address, Address.email == people.c.email)
        .where(people.c.reason == audiences.NOBODY_REFUSES)
        .order_by(people.c.contact_id)
    )
    session.execute(sa.insert(Invitation).from_select(list(values), chosen))


def note_skipped(session: Session, campaign: Campaign, people: sa.Table, cadence: Cadence) -> None:
    latest = session.scalar(
        sa.select(sa.func.max(people.c.asked_at)).where(
            people.c.reason == SkipReason.ASKED_RECENTLY
        )
    )
    refused = sa.select(
        sa.literal(campaign.id),
        people.c.contact_id,
        people.c.reason,
        _askable_on(people.c, cadence_of(campaign.survey, cadence), campaign.due_at, latest),
    ).where(people.c.reason != audiences.NOBODY_REFUSES)
    columns = ["campaign_id", "contact_id", "reason", "askable_on"]
    session.execute(sa.insert(CampaignSkip).from_select(columns, refused))


def _askable_on(
    people: Any,
    cadence: Cadence,
    at: datetime,
    latest: datetime | None,
) -> sa.ColumnElement[Any]:
    """The day from which somebody asked recently may be asked again: looked up by day, as databases differ on zones."""
    nothing = sa.cast(sa.null(), sa.Date)
    if latest is None:
        return nothing
    recently = people.reason == SkipReason.ASKED_RECENTLY
    days = cadence.askable_days(at, latest)
    return sa.case(
        *[(recently & (people.asked_at < end), sa.literal(day, sa.Date)) for end, day in days],
        else_=nothing,
    )


def queue(session: Session, campaign: Campaign) -> int:
    """The first mail of each invitation, evenly over the hours of its spreading; how many."""
    values = {
        "invitation_id": Invitation.id,
        "campaign_id": sa.literal(campaign.id),
        "number": sa.literal(1),
        "state": sa.literal(str(DeliveryState.WAITING)),
        "reason": sa.literal(""),
        "due_at": _due_at(session, campaign),
        "attempts": sa.literal(0),
        "lease": sa.literal(""),
        "message_id": sa.literal(""),
    }
    rows = (
        sa.select(*values.values())
        .where(Invitation.campaign_id == campaign.id)
        .order_by(Invitation.id)
    )
    making = sa.insert(Delivery).from_select(list(values), rows)
    done = session.execute(making, execution_options={"preserve_rowcount": True})
    return done.rowcount  # type: ignore[attr-defined]


def _due_at(session: Session, campaign: Campaign) -> sa.ColumnElement[datetime]:
    """Its time; the mails of a campaign that is spread follow each other at equal distances."""
    hours = campaign.pace.get("spread") if campaign.pace else None
    if not hours:
        return _moment(campaign.due_at)
    number = session.scalar(sa.select(sa.func.count()).where(Invitation.campaign_id == campaign.id))
    place = sa.func.row_number().over(order_by=Invitation.id) - 1
    return later(_moment(campaign.due_at), place * (hours * 3600 / max(1, number or 0)))


def mark_asked(session: Session, campaign: Campaign) -> None:
    """Also those whose address was known before."""
    asked = sa.select(Invitation.address_id).where(Invitation.campaign_id == campaign.id)
    marked_before = Address.last_asked_at.is_distinct_from(campaign.due_at)
    session.execute(
        sa.update(Address)
        .where(Address.id.in_(asked), marked_before)
        .values(last_asked_at=campaign.due_at),
        execution_options={"synchronize_session": False},
    )


def _never() -> sa.ColumnElement[Any]:
    return sa.cast(sa.null(), Campaign.due_at.type)


def _moment(value: datetime) -> sa.ColumnElement[datetime]:
    return sa.literal(value, Campaign.due_at.type)
