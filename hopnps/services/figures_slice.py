"""Which answers are looked at -> the conditions that find them, or their counts in the rollups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from hopnps.domain.presets import DAY
from hopnps.domain.scope import Scope
from hopnps.models import (
    Interaction,
    Invitation,
    MonthRollup,
    Region,
    Response,
    Rollup,
    Scale,
    Segment,
    Store,
    Survey,
)
from hopnps.services import segments
from hopnps.services.answer_filters import of_campaign
from hopnps.services.counted import counted
from hopnps.services.portable import json_text
from hopnps.services.scopes import regions_within, within

Conditions = list[sa.ColumnElement[bool]]
PRODUCT_FIELDS = ("product", "produit")


@dataclass(frozen=True)
class Slice:
    """Which answers are looked at; None is all of them. Days are local ones, both included.

    `region` has the regions in it; `campaign` is a name: of one of our campaigns, or of an imported one. `agent` and
    `product` are compared letter for letter, so that they cost no more than they must; `figures_names.spelt` finds their
    spelling. A product stands under one of `product_fields` in the data of the order or ticket that a mail asked about. `category` and
    `words` say which answers are read and listed, never which are counted: of detractors alone there is no NPS.
    """

    survey: Survey | None = None
    segment: Segment | None = None
    since: date | None = None
    until: date | None = None
    store: Store | None = None
    region: Region | None = None
    campaign: str | None = None
    agent: str | None = None
    product: str | None = None
    language: str | None = None
    scale: Scale = Scale.OFFICIAL
    category: str | None = None
    words: str = ""
    product_fields: tuple[str, ...] = PRODUCT_FIELDS

    @property
    def whole_months(self) -> bool:
        """Whether its days begin and end with a month."""
        since = self.since is None or self.since.day == 1
        return since and (self.until is None or (self.until + DAY).day == 1)

    @property
    def rolled_up(self) -> bool:
        """Whether the rollups know it: they know days, stores, regions, surveys and scales."""
        narrower = (self.campaign, self.agent, self.product, self.language)
        return not (any(narrower) or (self.segment and self.segment.rule))


def answers_in(chosen: Slice, scope: Scope, now: datetime, timezone: tzinfo) -> Conditions:
    """The answers of a slice that count and lie in the scope."""
    found: Conditions = [*common(Response, Response.answered_on, chosen), counted()]
    if not scope.whole:
        found.append(within(Response, scope))
    if chosen.campaign:
        found.append(of_campaign(chosen.campaign))
    if chosen.agent:
        found.append(Response.agent == chosen.agent)
    if chosen.language:
        found.append(Response.language == chosen.language)
    if chosen.product:
        found.append(of_product(chosen.product, chosen.product_fields))
    if chosen.segment and chosen.segment.rule:
        members = segments.members(chosen.segment.rule, now=now, timezone=timezone)
        found.append(Response.contact_id.in_(members))
    return found


def rollups_in(chosen: Slice, scope: Scope, table: type[Rollup] | type[MonthRollup]) -> Conditions:
    """The rollups of a slice that is `rolled_up`, as far as they lie in the scope."""
    found = common(table, table.__table__.c.day, chosen)
    return found if scope.whole else [*found, within(table, scope)]


def common(table: type, day: Any, chosen: Slice) -> Conditions:
    """What answers, rollups and the visits of machines, which answer on no scale, are found by alike."""
    columns = table.__table__.c  # type: ignore[attr-defined]
    found: Conditions = [columns.scale == chosen.scale] if "scale" in columns else []
    if chosen.survey:
        found.append(columns.survey_id == chosen.survey.id)
    if chosen.store:
        found.append(columns.store_id == chosen.store.id)
    if chosen.region:
        found.append(columns.region_id.in_(regions_within([chosen.region.id])))
    if chosen.since:
        found.append(day >= chosen.since)
    if chosen.until:
        found.append(day <= chosen.until)
    return found


def of_product(name: str, fields: tuple[str, ...] = PRODUCT_FIELDS) -> sa.ColumnElement[bool]:
    """The answers about an order or a ticket of this product, letter for letter."""
    about = (
        sa.select(Invitation.id)
        .join(Interaction, Interaction.id == Invitation.interaction_id)
        .where(product_of(fields) == name)
    )
    return Response.invitation_id.in_(about)


def product_of(fields: tuple[str, ...] = PRODUCT_FIELDS) -> sa.ColumnElement[str]:
    """The product that an order or a ticket names; '' if none."""
    named = [json_text(Interaction.data, field) for field in fields]
    return sa.func.coalesce(*named, "", type_=sa.Text())
