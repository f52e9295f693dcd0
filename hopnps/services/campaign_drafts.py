"""What a marketer decides, one step after the other -> a campaign that is not launched yet; each step is kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Invalid, Refused
from hopnps.models import Campaign, Segment, Survey, Template
from hopnps.services import templates
from hopnps.services.campaigns import default_name


class Step(StrEnum):
    """In this order; each is the name of its page."""

    WHAT = "what"
    WHOM = "whom"
    MAIL = "mail"
    WHEN = "when"


def begin(
    session: Session,
    *,
    survey: Survey | None,
    segment: Segment | None = None,
    name: str = "",
    by: str = "",
    now: datetime,
) -> Campaign:
    """A draft that knows what it asks (None: nothing, a plain word) and perhaps whom; it leaves when launched."""
    campaign = Campaign(name="", created_at=now, created_by=by, due_at=now)
    session.add(campaign)
    campaign.segment = segment
    _ask(campaign, survey, name)
    session.flush()
    return campaign


def ask(session: Session, campaign: Campaign, *, survey: Survey | None, name: str) -> None:
    """Ask this survey, or nothing; another survey brings its own mail. Raises Refused once it is launched, as all steps do."""
    _hold(session, campaign)
    _ask(campaign, survey, name)
    session.flush()


def address(session: Session, campaign: Campaign, segment: Segment) -> None:
    """Write to these people."""
    _hold(session, campaign)
    _change(campaign, segment=segment)
    session.flush()


def choose_mail(session: Session, campaign: Campaign, template: Template) -> None:
    """Send this mail. Raises Refused if it cannot carry the survey."""
    _hold(session, campaign)
    templates.check_fit(template.current, campaign.survey)
    _change(campaign, template=template)
    session.flush()


def choose_date(
    session: Session, campaign: Campaign, due_at: datetime | None, *, now: datetime
) -> None:
    """Let it leave at this moment; None: as soon as it is launched. Raises Invalid for one that has passed."""
    _hold(session, campaign)
    if due_at is not None and due_at <= now:
        raise Invalid(N_("This moment has passed: choose a later one."), field="at")
    campaign.due_at = due_at or campaign.created_at
    session.flush()


def choose_pace(session: Session, campaign: Campaign, pace: dict[str, Any]) -> None:
    """Let it leave in these hours and this fast (domain.pace)."""
    _hold(session, campaign)
    campaign.pace = pace
    session.flush()


def choose_reminders(session: Session, campaign: Campaign, days: list[int]) -> None:
    """Remind those who have not answered after so many days each (services.reminders)."""
    _hold(session, campaign)
    campaign.reminder_days = days
    session.flush()


def throw_away(session: Session, campaign: Campaign) -> None:
    """Forget a draft. Raises Refused once it is launched."""
    _hold(session, campaign)
    session.delete(campaign)
    session.flush()


def missing(campaign: Campaign) -> Step | None:
    """The first step that is still open; None: it can be launched."""
    if campaign.segment is None:
        return Step.WHOM
    return None if campaign.template else Step.MAIL


def fits(template: Template, survey: Survey | None) -> bool:
    """Whether this mail can carry this survey, or this plain word."""
    try:
        templates.check_fit(template.current, survey)
    except Refused:
        return False
    return True


def _hold(session: Session, campaign: Campaign) -> None:
    """Nobody launches or changes it until this transaction ends."""
    session.refresh(campaign, with_for_update=True)
    if campaign.launched_at is not None:
        raise Refused(N_("This campaign is launched: it can no longer be changed."))


def _ask(campaign: Campaign, survey: Survey | None, name: str) -> None:
    mail = campaign.template
    if survey is not campaign.survey or mail is None:
        mail = survey.template if survey else None
    _change(campaign, survey=survey, template=mail)
    campaign.name = " ".join(name.split()) or _usual_name(campaign)


def _change(campaign: Campaign, **values: Survey | Segment | Template | None) -> None:
    """A name that nobody typed follows what it is made of."""
    unnamed = campaign.name == _usual_name(campaign)
    for key, value in values.items():
        setattr(campaign, key, value)
    if unnamed:
        campaign.name = _usual_name(campaign)


def _usual_name(campaign: Campaign) -> str:
    return default_name(campaign.survey, campaign.template, campaign.segment)
