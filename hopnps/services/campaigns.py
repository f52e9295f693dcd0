"""Survey + template + segment + date -> one invitation and one waiting mail for everybody who may get it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import (
    Campaign,
    CampaignSkip,
    Segment,
    SkipReason,
    Survey,
    Template,
)
from hopnps.services import audiences, events, launching, segments, survey_versions, templates
from hopnps.services.audiences import Audience
from hopnps.services.scopes import within


class Moved(Refused):
    """What was announced is no longer what would leave; `people` is how many it would be now, if that is known."""

    code = "moved"

    def __init__(self, message: str, *, people: int | None = None, **values: Any) -> None:
        super().__init__(message, **values)
        self.people = people


@dataclass(frozen=True)
class Announced:
    """What a button promised: to how many people, and the mark of what they get (see `mark`)."""

    people: int
    mark: str


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


def newest(session: Session, *, limit: int, offset: int = 0) -> Sequence[Campaign]:
    """Campaigns, the newest first."""
    return session.scalars(
        sa.select(Campaign)
        .order_by(Campaign.id.desc())
        .limit(limit)
        .offset(offset)
        .options(joinedload(Campaign.survey), joinedload(Campaign.segment))
    ).all()


def choices(
    session: Session,
) -> tuple[Sequence[Survey], Sequence[Template], Sequence[Segment]]:
    """What a campaign can be made of, by name."""
    return (
        session.scalars(sa.select(Survey).order_by(Survey.name)).all(),
        session.scalars(sa.select(Template).order_by(Template.name)).all(),
        segments.by_name(session),
    )


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
    """A campaign that is not launched yet; without a template it takes the survey's.

    Raises Invalid, or Refused if that mail cannot carry that survey.
    """
    campaign = Campaign(created_at=now, created_by=by)
    _fill(campaign, name, survey, segment, template, max(due_at or now, now))
    session.add(campaign)
    session.flush()
    return campaign


def _fill(
    campaign: Campaign,
    name: str,
    survey: Survey | None,
    segment: Segment,
    template: Template | None,
    due_at: datetime,
) -> None:
    mail = template or (survey.template if survey else None)
    if mail is None:
        raise Invalid(N_("Choose a survey or a template."), field="survey")
    templates.check_fit(mail.current, survey)
    campaign.name = name.strip() or default_name(survey, template, segment)
    campaign.survey, campaign.segment = survey, segment
    campaign.template, campaign.due_at = mail, due_at


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


def default_name(survey: Survey | None, template: Template | None, segment: Segment | None) -> str:
    """What a campaign is called when nobody named it."""
    return ", ".join(str(part) for part in (survey or template, segment) if part)


def mark(campaign: Campaign) -> str:
    """A short word for all that its people would get: it changes when survey, mail, segment or date do."""
    survey, date = campaign.survey, campaign.planned_for
    said = [
        campaign.survey_id,
        survey_versions.content_now(survey).as_data() if survey else None,
        campaign.template.current.id if campaign.template else None,
        campaign.segment.rule if campaign.segment else None,
        date.isoformat() if date else None,
        campaign.reminder_days,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def audience(session: Session, campaign: Campaign, *, cadence: Cadence, now: datetime) -> Audience:
    """Who would get it if it were launched now, and who would not, with the reason."""
    return audiences.count(session, campaign, cadence=cadence, now=now)


def launch(
    session: Session,
    campaign: Campaign,
    *,
    cadence: Cadence,
    expiry_days: int,
    announced: Announced | None = None,
    now: datetime,
) -> LaunchResult:
    """Queue one mail for everybody who may get it, in one transaction; launching again queues nobody again.

    Pins the versions of template and survey. Nothing of it depends on how many people there are but the time it
    takes. Raises Refused for an unfinished draft, and Moved if `announced` is not what would leave: roll back then.
    """
    launching.hold_addresses(session)
    session.refresh(campaign, with_for_update=True)
    changed = announced is not None and announced.mark != mark(campaign)
    if not launching.take_off(session, campaign, now):
        return LaunchResult(campaign.id, 0, skipped(session, campaign), again=True)
    if changed:
        raise Moved(N_("This campaign was changed since you looked at it. Nothing has left."))
    with _all_still_there(), launching.judged(session, campaign, cadence, now) as people:
        launching.know_addresses(session, campaign, people)
        launching.invite(session, campaign, people, expiry_days, now)
        launching.note_skipped(session, campaign, people, cadence)
    queued = launching.queue(session, campaign)
    if announced and announced.people != queued:
        raise Moved(
            N_("%(people)s people may get it now, not %(announced)s. Nothing has left."),
            people=queued,
            announced=announced.people,
        )
    if campaign.survey_id is not None:
        launching.mark_asked(session, campaign)
    events.note(session, "campaign_launched", campaign_id=campaign.id)
    return LaunchResult(campaign.id, queued, skipped(session, campaign))


@contextmanager
def _all_still_there() -> Iterator[None]:
    """Whoever was deleted after they were judged cannot be invited."""
    try:
        yield
    except IntegrityError as fault:
        raise Moved(
            N_("Clients were deleted while the campaign was launched. Nothing has left.")
        ) from fault


def skipped(
    session: Session, campaign: Campaign, *, scope: Scope = WHOLE_HOUSE
) -> dict[SkipReason, int]:
    """Who of the segment got no mail of a launched campaign, by reason."""
    counts = dict(
        session.execute(
            sa.select(CampaignSkip.reason, sa.func.count())
            .where(CampaignSkip.campaign_id == campaign.id, within(CampaignSkip, scope))
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
