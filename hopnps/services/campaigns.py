"""Survey + template + segment + date -> one invitation and one waiting mail for everybody who may get it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, Invalid, NotFound
from hopnps.domain.languages import DEFAULT, LANGUAGES
from hopnps.models import (
    Address,
    Campaign,
    CampaignSkip,
    Contact,
    Delivery,
    DeliveryState,
    Invitation,
    Segment,
    SkipReason,
    Survey,
    Template,
)
from hopnps.services import audiences, events, segments
from hopnps.services.audiences import Audience
from hopnps.services.dialects import insert_missing


@dataclass(frozen=True)
class LaunchResult:
    """`again`: it had been launched before, so nobody was queued now."""

    campaign_id: int
    queued: int
    skipped: dict[SkipReason, int]
    again: bool = False


def find(session: Session, campaign_id: int) -> Campaign:
    """Raises NotFound."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(N_("There is no campaign %(id)s."), id=campaign_id)
    return campaign


def create(
    session: Session,
    *,
    name: str,
    survey: Survey | None,
    segment: Segment,
    template: Template | None = None,
    due_at: datetime | None = None,
    by: str = "",
    now: datetime,
) -> Campaign:
    """A campaign that is not launched yet; without a template it takes the survey's. Raises Invalid."""
    if survey is None and template is None:
        raise Invalid(N_("Choose a survey or a template."), field="survey")
    campaign = Campaign(
        name=name.strip() or default_name(survey, template, segment),
        survey=survey,
        template=template or (survey.template if survey else None),
        segment=segment,
        due_at=max(due_at or now, now),
        created_at=now,
        created_by=by,
    )
    session.add(campaign)
    session.flush()
    return campaign


def named(
    session: Session,
    *,
    name: str,
    survey: Survey | None,
    segment: Segment,
    template: Template | None,
    due_at: datetime | None = None,
    timezone: tzinfo,
    now: datetime,
) -> Campaign:
    """The campaign a script means: a new one, or the one it made before under the same name.

    The frequency protects against a survey asked twice; nothing would protect against a plain word, so one without
    a name is called by its day, and the second of a day is the first.
    """
    if not name.strip() and survey is None:
        name = f"{default_name(survey, template, segment)}, {now.astimezone(timezone).date()}"
    before = _find_twin(session, name.strip(), survey, segment, template) if name.strip() else None
    return before or create(
        session,
        name=name,
        survey=survey,
        segment=segment,
        template=template,
        due_at=due_at,
        now=now,
    )


def default_name(survey: Survey | None, template: Template | None, segment: Segment) -> str:
    """What a campaign is called when nobody named it."""
    return f"{survey or template}, {segment}"


def audience(session: Session, campaign: Campaign, *, cadence: Cadence, now: datetime) -> Audience:
    """Who would get it if it were launched now, and who would not, with the reason."""
    return audiences.count(session, campaign, cadence=cadence, now=now)


def launch(
    session: Session, campaign: Campaign, *, cadence: Cadence, expiry_days: int, now: datetime
) -> LaunchResult:
    """Queue one mail for everybody who may get it, in one transaction; launching again queues nobody again.

    Pins the template's version. Nothing of it depends on how many people there are but the time it takes.
    """
    _hold_addresses(session)
    if not _take_off(session, campaign, now):
        return LaunchResult(campaign.id, 0, skipped(session, campaign), again=True)
    _know_addresses(session, campaign, cadence, now)
    _invite(session, campaign, cadence, expiry_days, now)
    _note_skipped(session, campaign, cadence, now)
    queued = _queue(session, campaign)
    if campaign.survey_id is not None:
        _mark_asked(session, campaign)
    events.note(session, "campaign_launched", campaign_id=campaign.id)
    return LaunchResult(campaign.id, queued, skipped(session, campaign))


def skipped(session: Session, campaign: Campaign) -> dict[SkipReason, int]:
    """Who of the segment got no mail of a launched campaign, by reason."""
    counts = dict(
        session.execute(
            sa.select(CampaignSkip.reason, sa.func.count())
            .where(CampaignSkip.campaign_id == campaign.id)
            .group_by(CampaignSkip.reason)
        ).all()
    )
    return {reason: counts[reason] for reason in SkipReason if reason in counts}


def _find_twin(
    session: Session,
    name: str,
    survey: Survey | None,
    segment: Segment,
    template: Template | None,
) -> Campaign | None:
    mail = template or (survey.template if survey else None)
    return session.scalar(
        sa.select(Campaign)
        .where(
            Campaign.name == name,
            Campaign.survey_id == (survey.id if survey else None),
            Campaign.segment_id == segment.id,
            Campaign.template_id == (mail.id if mail else None),
            Campaign.launched_at.isnot(None),
        )
        .order_by(Campaign.id)
        .limit(1)
    )


def _hold_addresses(session: Session) -> None:
    """Two campaigns at once must not ask the same person twice: the second waits until the first has decided.

    SQLite's writers wait for each other anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE nps_address IN SHARE ROW EXCLUSIVE MODE"))


def _take_off(session: Session, campaign: Campaign, now: datetime) -> bool:
    """Mark it launched; of two who press the button at once, one gets True."""
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


def _know_addresses(session: Session, campaign: Campaign, cadence: Cadence, now: datetime) -> None:
    """A row for each address of the segment that has none yet."""
    members = segments.members(campaign.segment.rule, now=now, timezone=cadence.timezone).subquery()
    unknown = (
        sa.select(Contact.address, sa.literal(""))
        .join(members, members.c.id == Contact.id)
        .outerjoin(Address, Address.email == Contact.address)
        .where(Contact.address != "", Address.id.is_(None))
        .distinct()
    )
    session.execute(insert_missing(session, Address, ["email", "bounce_reason"], unknown))


def _invite(
    session: Session, campaign: Campaign, cadence: Cadence, expiry_days: int, now: datetime
) -> None:
    people = audiences.judged(campaign, cadence=cadence, now=now).subquery()
    code = sa.func.lower(sa.func.substr(sa.func.trim(people.c.language), 1, 2))
    values = {
        "cause": sa.literal(f"campaign:{campaign.id}"),
        "address_id": people.c.address_id,
        "contact_id": people.c.contact_id,
        "campaign_id": sa.literal(campaign.id),
        "survey_id": sa.literal(campaign.survey_id, sa.Integer),
        "template_version_id": sa.literal(campaign.template_version_id),
        "language": sa.case((code.in_(LANGUAGES), code), else_=sa.literal(DEFAULT)),
        "created_by": sa.literal(campaign.created_by),
        "created_at": _moment(now),
        "expires_at": _moment(campaign.due_at + timedelta(days=expiry_days)),
    }
    chosen = (
        sa.select(*values.values())
        .where(people.c.reason == audiences.NOBODY_REFUSES)
        .order_by(people.c.contact_id)
    )
    session.execute(insert_missing(session, Invitation, list(values), chosen))


def _note_skipped(session: Session, campaign: Campaign, cadence: Cadence, now: datetime) -> None:
    people = audiences.judged(campaign, cadence=cadence, now=now).subquery()
    latest = session.scalar(
        sa.select(sa.func.max(people.c.asked_at)).where(
            people.c.reason == SkipReason.ASKED_RECENTLY
        )
    )
    refused = sa.select(
        sa.literal(campaign.id),
        people.c.contact_id,
        people.c.reason,
        _askable_on(people.c, cadence, campaign.due_at, latest),
    ).where(people.c.reason != audiences.NOBODY_REFUSES)
    columns = ["campaign_id", "contact_id", "reason", "askable_on"]
    session.execute(insert_missing(session, CampaignSkip, columns, refused))


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


def _queue(session: Session, campaign: Campaign) -> int:
    """The first mail of each invitation; how many."""
    values = {
        "invitation_id": Invitation.id,
        "number": sa.literal(1),
        "state": sa.literal(str(DeliveryState.WAITING)),
        "reason": sa.literal(""),
        "due_at": _moment(campaign.due_at),
        "attempts": sa.literal(0),
        "lease": sa.literal(""),
        "message_id": sa.literal(""),
    }
    rows = (
        sa.select(*values.values())
        .where(Invitation.campaign_id == campaign.id)
        .order_by(Invitation.id)
    )
    done = session.execute(insert_missing(session, Delivery, list(values), rows))
    return done.rowcount  # type: ignore[attr-defined]


def _mark_asked(session: Session, campaign: Campaign) -> None:
    asked = sa.select(Invitation.address_id).where(Invitation.campaign_id == campaign.id)
    session.execute(
        sa.update(Address).where(Address.id.in_(asked)).values(last_asked_at=campaign.due_at),
        execution_options={"synchronize_session": False},
    )


def _moment(value: datetime) -> sa.ColumnElement[datetime]:
    return sa.literal(value, Campaign.due_at.type)
