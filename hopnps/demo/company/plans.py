"""The demo's calendar: three campaigns of the past year, one that is running, one that waits to be launched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date
from sqlalchemy.orm import Session

from hopnps.demo.company.places import ALPS, PARIS, REGIONS, SOUTH, WEST
from hopnps.models import Campaign, Segment, Survey

BY = "Camille Arnoux"
NORTH_EAST, SOUTH_WEST = "ile-de-france-et-alpes", "ouest-et-sud"
SEGMENTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (NORTH_EAST, "Île-de-France et Alpes", {"contact": "region", "in": [PARIS, ALPS]}),
    (SOUTH_WEST, "Ouest et Sud", {"contact": "region", "in": [WEST, SOUTH]}),
    (
        "devenus-detracteurs",
        "Devenus détracteurs en 3 mois",
        {"contact": "category_changed", "to": "detractor", "within_days": 90},
    ),
    ("gros-acheteurs", "Gros acheteurs", {"attribute": "dépenses", "at_least": 2000}),
    (
        "atelier-60-jours",
        "Passés à l’atelier depuis 60 jours",
        {"interactions": {"kind": "ticket", "within_days": 60}},
    ),
    ("anglophones", "Clients anglophones", {"contact": "language", "is": "en"}),
    (
        "promoteurs-bavards",
        "Promoteurs qui ont laissé un commentaire",
        {
            "all": [
                {"contact": "last_category", "is": "promoter"},
                {"answers": {"commented": True, "within_days": 180}},
            ]
        },
    ),
)


@dataclass(frozen=True)
class Plan:
    """A campaign, and in which regions its segment finds people."""

    campaign: Campaign
    regions: tuple[str, ...]

    @property
    def launched_at(self) -> datetime | None:
        return self.campaign.launched_at


def write_segments(session: Session, *, now: datetime) -> None:
    for slug, name, rule in SEGMENTS:
        session.add(Segment(slug=slug, name=name, rule=rule, created_at=now - timedelta(days=200)))
    session.flush()


def write_campaigns(
    session: Session, survey: Survey, *, now: datetime, timezone: tzinfo
) -> list[Plan]:
    """Those that were launched, the oldest first, then the one that was not."""
    past = [(days, "everyone", REGIONS) for days in (330, 210, 90)]
    launched = [*past, (2, NORTH_EAST, (PARIS, ALPS))]
    plans = []
    for days, slug, regions in launched:
        at = _half_past_nine(now - timedelta(days=days), timezone)
        name = f"Notre relation, {format_date(at, 'LLLL yyyy', 'fr')}"
        plans.append(Plan(_campaign(session, survey, slug, name, at, at), regions))
    waiting = _campaign(session, survey, SOUTH_WEST, "Notre relation, Ouest et Sud", now, None)
    session.flush()
    return [*plans, Plan(waiting, (WEST, SOUTH))]


def _campaign(
    session: Session,
    survey: Survey,
    segment: str,
    name: str,
    due_at: datetime,
    launched_at: datetime | None,
) -> Campaign:
    campaign = Campaign(
        name=name,
        survey=survey,
        template=survey.template,
        template_version=survey.template.current if launched_at else None,
        segment=session.scalars(sa.select(Segment).filter_by(slug=segment)).one(),
        due_at=due_at,
        launched_at=launched_at,
        created_at=due_at - timedelta(days=1),
        created_by=BY,
    )
    session.add(campaign)
    return campaign


def _half_past_nine(moment: datetime, timezone: tzinfo) -> datetime:
    return datetime.combine(moment.astimezone(timezone).date(), time(9, 30), timezone)
