"""Which answers are looked at -> the conditions that find them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import sqlalchemy as sa

from hopnps.domain.scope import Scope
from hopnps.models import Region, Response, Scale, Segment, Store, Survey
from hopnps.services import segments
from hopnps.services.answer_filters import of_campaign
from hopnps.services.scopes import regions_within, within

Conditions = list[sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Slice:
    """Which answers are looked at; None is all of them. Days are local ones, both included.

    `region` has the regions in it; `campaign` is a name: of one of our campaigns, or of an imported one.
    """

    survey: Survey | None = None
    segment: Segment | None = None
    since: date | None = None
    until: date | None = None
    store: Store | None = None
    region: Region | None = None
    campaign: str | None = None
    scale: Scale = Scale.OFFICIAL


def answers_in(chosen: Slice, scope: Scope, now: datetime, timezone: tzinfo) -> Conditions:
    """The answers of a slice that lie in the scope."""
    found: Conditions = [Response.scale == chosen.scale]
    if not scope.whole:
        found.append(within(Response, scope))
    if chosen.survey:
        found.append(Response.survey_id == chosen.survey.id)
    if chosen.store:
        found.append(Response.store_id == chosen.store.id)
    if chosen.region:
        found.append(Response.region_id.in_(regions_within([chosen.region.id])))
    if chosen.since:
        found.append(Response.answered_on >= chosen.since)
    if chosen.until:
        found.append(Response.answered_on <= chosen.until)
    if chosen.campaign:
        found.append(of_campaign(chosen.campaign))
    if chosen.segment and chosen.segment.rule:
        members = segments.members(chosen.segment.rule, now=now, timezone=timezone)
        found.append(Response.contact_id.in_(members))
    return found
