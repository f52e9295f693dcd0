"""Visits of machines -> how the rollups count them: the visits, the scores they opened, the votes they could have been.

What could have been a vote is one only while nobody answers that mail: the first answer takes it out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from hopnps.domain.evidence import Verdict
from hopnps.models import Response, Scale, Visit
from hopnps.models.rollup import MACHINES
from hopnps.services.driver import Line, Sql, day_of
from hopnps.services.portable import month_of

VISITS, CLICKS, *VOTES = MACHINES
SPANS = dict(zip(VOTES, ((0, 6), (7, 7), (8, 8), (9, 10)), strict=True))
BY_MACHINE = sa.and_(Visit.verdict == Verdict.MACHINE, Visit.opened_on.is_not(None))


@dataclass(frozen=True)
class LostVote:
    """A visit of a machine that could have been a vote, as far as the figures know it."""

    survey_id: int | None
    store_id: int | None
    region_id: int | None
    day: date
    score: int

    @property
    def key(self) -> tuple[date, int, int, int, str]:
        place = self.store_id or 0, self.survey_id or 0, self.region_id or 0
        return self.day, *place, str(Scale.OFFICIAL)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name, (low, high) in SPANS.items() if low <= self.score <= high)


def counts_of(which: sa.ColumnElement[bool], *, by_month: bool = False) -> sa.Select[Any]:
    """The visits of machines that a condition finds, by the keys of the rollups of days or months."""
    day = month_of(Visit.opened_on) if by_month else Visit.opened_on
    none: Any = sa.literal_column("0")
    places = [sa.func.coalesce(one, none) for one in (Visit.store_id, Visit.survey_id)]
    keys = [day, *places, sa.func.coalesce(Visit.region_id, none)]
    named = zip(("day", "store_id", "survey_id", "region_id"), keys, strict=True)
    scale: Any = sa.literal_column(f"'{Scale.OFFICIAL}'").label("scale")
    asked = sa.select(
        *(column.label(name) for name, column in named),
        scale,
        *(column.label(name) for name, column in COUNTS.items()),
    )
    return asked.where(BY_MACHINE, which).group_by(*keys)


def lost_votes(line: Line, invitation_id: int) -> list[LostVote]:
    """What counts as lost until the first answer of an invitation."""
    (rows,) = line.run((_LOST, {"invitation": invitation_id}))
    return [
        LostVote(survey, store, region, day_of(day), score)
        for survey, store, region, day, score in rows
    ]


OF_ONE = (
    Visit.invitation_id == sa.bindparam("invitation"),
    Visit.score.is_not(None),
    BY_MACHINE,
)
_LOST = Sql(
    lambda _insert: sa.select(
        Visit.survey_id, Visit.store_id, Visit.region_id, Visit.opened_on, Visit.score
    ).where(*OF_ONE)
)
_answered = sa.exists().where(Response.invitation_id == Visit.invitation_id)
IS_LOST = sa.and_(Visit.score.is_not(None), ~_answered)
COUNTS: dict[str, Any] = {
    VISITS: sa.func.count(),
    CLICKS: sa.func.coalesce(sa.func.sum(Visit.opened), 0),
} | {
    name: sa.func.count().filter(IS_LOST, Visit.score.between(low, high))
    for name, (low, high) in SPANS.items()
}
