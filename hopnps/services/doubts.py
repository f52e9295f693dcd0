"""Answers and judged visits of a slice -> how many votes are confirmed, how many are clicks, how many are in doubt.

What a dashboard says of it: the NPS counts confirmed and click-only votes; it would be that of `all_out` if every vote
in doubt were left out, and that of `all_in` if every one counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hopnps.domain.evidence import Verdict
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.statistics import Tally
from hopnps.models import Campaign, Evidence, Invitation, Response, Scale, Visit
from hopnps.services import segments
from hopnps.services.counted import counted
from hopnps.services.figures_slice import Conditions, Slice, answers_in
from hopnps.services.scopes import regions_within, within


@dataclass(frozen=True)
class Doubts:
    """`possible`: single clicks that were taken for a machine's but could be a person's, of clients with no answer.
    `machine_clicks`: how many score links machines opened."""

    confirmed: Tally
    click_only: Tally
    possible: Tally
    machine_clicks: int

    @property
    def all_in(self) -> Tally:
        return self.confirmed + self.click_only + self.possible

    @property
    def all_out(self) -> Tally:
        return self.confirmed


def doubts(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> Doubts:
    """What speaks for the votes of a slice; visits lie where their client was and on the day they began."""
    answers = [*answers_in(chosen, scope, now, timezone), counted()]
    told: dict[str, Tally] = {
        evidence: Tally(*counts)
        for evidence, *counts in session.execute(
            sa.select(Response.evidence, *_by_category(Response.score))
            .where(*answers)
            .group_by(Response.evidence)
        )
    }
    nobody = Tally(0, 0, 0)
    return Doubts(
        confirmed=told.get(Evidence.CONFIRMED, nobody),
        click_only=told.get(Evidence.CLICK_ONLY, nobody),
        **_machines(session, _visits_in(chosen, scope, now, timezone)),
    )


def _machines(session: Session, visits: Conditions) -> dict[str, Any]:
    later = aliased(Visit)
    possible = sa.and_(
        Visit.score.is_not(None),
        ~sa.exists().where(Response.invitation_id == Visit.invitation_id),
        ~sa.exists().where(
            later.invitation_id == Visit.invitation_id,
            later.id > Visit.id,
            later.verdict == Verdict.MACHINE,
            later.score.is_not(None),
        ),
    )
    asked = sa.select(
        sa.func.coalesce(sa.func.sum(Visit.opened), 0),
        *_by_category(Visit.score, possible),
    ).where(*visits)
    clicks, *counts = session.execute(asked).one()
    return {"machine_clicks": int(clicks), "possible": Tally(*counts)}


def _by_category(score: Any, *conditions: Any) -> list[sa.ColumnElement[int]]:
    return [
        sa.func.count().filter(score.between(lowest, highest), *conditions)
        for lowest, highest in ((9, 10), (7, 8), (0, 6))
    ]


def _visits_in(chosen: Slice, scope: Scope, now: datetime, timezone: tzinfo) -> Conditions:
    found: Conditions = [Visit.verdict == Verdict.MACHINE]
    if chosen.scale != Scale.OFFICIAL:
        found.append(sa.false())
    if not scope.whole:
        found.append(within(Visit, scope))
    if chosen.survey:
        found.append(Visit.survey_id == chosen.survey.id)
    if chosen.store:
        found.append(Visit.store_id == chosen.store.id)
    if chosen.region:
        found.append(Visit.region_id.in_(regions_within([chosen.region.id])))
    if chosen.since:
        found.append(Visit.opened_on >= chosen.since)
    if chosen.until:
        found.append(Visit.opened_on <= chosen.until)
    if chosen.campaign:
        ours = sa.select(Invitation.id).join(Campaign).where(Campaign.name == chosen.campaign)
        found.append(Visit.invitation_id.in_(ours))
    if chosen.segment and chosen.segment.rule:
        members = segments.members(chosen.segment.rule, now=now, timezone=timezone)
        found.append(Visit.contact_id.in_(members))
    return found
