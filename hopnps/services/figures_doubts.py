"""A slice -> the votes of it that a machine may have given, and the range within which they leave the NPS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.domain.statistics import Tally
from hopnps.models import Campaign, Contact, Interaction, Invitation, Visit
from hopnps.models.rollup import MACHINES
from hopnps.services import segments
from hopnps.services.figures_slice import Conditions, Slice, common, product_of, rollups_in
from hopnps.services.figures_source import rolled_in
from hopnps.services.machine_counts import BY_MACHINE, COUNTS
from hopnps.services.scopes import within


@dataclass(frozen=True)
class Doubts:
    """`tally` is all answers that count, `click_only` those among them that rest on a click alone. `left_out` is what
    single clicks taken for a machine's would add; `visits` is how often machines came, `clicks` the scores they opened.
    """

    tally: Tally
    click_only: Tally
    left_out: Tally
    visits: int
    clicks: int

    @property
    def without(self) -> Tally:
        """The answers that somebody confirmed, and no other."""
        return self.tally - self.click_only

    @property
    def with_all(self) -> Tally:
        """All that could be a vote."""
        return self.tally + self.left_out

    @property
    def any(self) -> bool:
        """Whether anything is in doubt here."""
        return bool(self.click_only.answers or self.left_out.answers or self.visits)


def doubts(
    session: Session,
    chosen: Slice,
    tally: Tally,
    click_only: Tally,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
) -> Doubts:
    """What machines did in a slice, beside its `tally` and the part of it that rests on clicks alone."""
    numbers, where = _counts(chosen, scope, now, timezone)
    found: Any = session.execute(sa.select(*numbers).where(*where)).one()
    visits, clicks, detractors, sevens, eights, promoters = found
    left_out = Tally(promoters, sevens + eights, detractors, eights)
    return Doubts(tally, click_only, left_out, visits, clicks)


def _counts(
    chosen: Slice, scope: Scope, now: datetime, timezone: tzinfo
) -> tuple[list[Any], Conditions]:
    """The six counts of MACHINES, from the rollups if they know the slice, else from the visits themselves."""
    if not chosen.rolled_up:
        return list(COUNTS.values()), visits_in(chosen, scope, now, timezone)
    table = rolled_in(chosen)
    columns = table.__table__.c
    sums: list[Any] = [sa.func.coalesce(sa.func.sum(columns[name]), 0) for name in MACHINES]
    return sums, rollups_in(chosen, scope, table)


def visits_in(chosen: Slice, scope: Scope, now: datetime, timezone: tzinfo) -> Conditions:
    """The visits of machines; their place and day are those of their moment, as an answer's are."""
    found = [*common(Visit, Visit.opened_on, chosen), BY_MACHINE]
    if not scope.whole:
        found.append(within(Visit, scope))
    if chosen.segment and chosen.segment.rule:
        members = segments.members(chosen.segment.rule, now=now, timezone=timezone)
        found.append(Visit.contact_id.in_(members))
    return found + _of_invitations(chosen)


def _of_invitations(chosen: Slice) -> Conditions:
    """What only the invitation knows."""
    found: Conditions = []
    if chosen.campaign:
        ours = sa.select(Campaign.id).where(Campaign.name == chosen.campaign)
        found.append(Invitation.campaign_id.in_(ours))
    if chosen.language:
        found.append(Invitation.language == chosen.language)
    if chosen.agent:
        served = sa.func.coalesce(sa.func.nullif(Interaction.agent, ""), Contact.owner)
        found.append(served == chosen.agent)
    if chosen.product:
        found.append(product_of(chosen.product_fields) == chosen.product)
    if not found:
        return []
    asked = (
        sa.select(Invitation.id)
        .outerjoin(Interaction, Interaction.id == Invitation.interaction_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .where(*found)
    )
    return [Visit.invitation_id.in_(asked)]
