"""Filters -> what the dashboard's blocks show: one query for each block, then sums of what it found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hopnps import charts
from hopnps.blueprints.dashboard_filters import Filters
from hopnps.domain.placing import Place, place
from hopnps.domain.presets import Compared, Period, preset
from hopnps.domain.statistics import Difference, Tally, difference
from hopnps.domain.trends import Days, total, trend
from hopnps.models import Scale
from hopnps.services import figures, figures_funnel
from hopnps.services.figures import Group

PRECISION, PRECISION_BY_PLACE = 10, 20  # points to either side
COMMENTS = 7
RECENT = "90d"  # what is compared where no period is chosen


@dataclass(frozen=True)
class Comparison:
    """A period and the one before it; `recent` where nobody chose a period."""

    period: Period
    before: Period
    tally: Tally
    tally_before: Tally
    recent: bool

    @property
    def difference(self) -> Difference | None:
        return difference(self.tally, self.tally_before)

    @property
    def points(self) -> int:
        """Between the two figures as they are shown, so that nobody finds another sum."""
        return (self.tally.nps or 0) - (self.tally_before.nps or 0)


def facts(session: Session, filters: Filters, *, today: date, **who: Any) -> dict[str, Any]:
    """All blocks; `who` is the scope, the moment and the time zone, as the services take them."""
    chosen = filters.chosen
    counts = figures.scores(session, chosen, **who)
    tally = figures.tally_of(counts)
    funnel = figures_funnel.funnel(session, chosen, **who)
    legacy = figures.tally(session, replace(chosen, scale=Scale.LEGACY), **who).answers
    found = {"tally": tally, "legacy": legacy, "funnel": funnel}
    if tally.answers:
        days = figures.days(session, replace(chosen, since=None), **who)
        compared = compare(filters, days, tally, today)
        found |= {
            "more": tally.more_for(PRECISION),
            "precision": PRECISION,
            "compared": compared,
            "scale": charts.span(tally, 10, 620),
            "scale_before": _span_before(compared),
            "bars": charts.bars(counts),
            "trend": _trend(filters, days),
            "places": places(figures.tallies(session, chosen, filters.by, **who)),
            "comments": figures.latest_comments(session, chosen, **who, most=COMMENTS),
        }
    return found


def compare(filters: Filters, days: Days, tally: Tally, today: date) -> Comparison | None:
    """With the period before; without a period, the last ninety days with the ninety before."""
    since, until = filters.chosen.since, filters.chosen.until
    if since and filters.before:
        period = Period(since, until or max(today, since))
        return Comparison(period, filters.before, tally, total(days, filters.before), recent=False)
    if since or until:
        return None
    last: Compared = preset(RECENT, today)  # type: ignore[assignment]  # a name of ours
    found = Comparison(
        last.period, last.before, total(days, last.period), total(days, last.before), recent=True
    )
    return found if found.tally.answers else None


def _span_before(compared: Comparison | None) -> charts.Span | None:
    return (
        None if compared is None or compared.recent else charts.span(compared.tally_before, 10, 620)
    )


def _trend(filters: Filters, days: Days) -> charts.Trend | None:
    since, until = filters.chosen.since, filters.chosen.until
    return charts.trend(trend(days, filters.step, since, until), since)


def places(groups: list[Group]) -> dict[Place, list[dict[str, Any]]]:
    """The stores or regions of each place, in alphabetical order."""
    found: dict[Place, list[dict[str, Any]]] = {one: [] for one in Place}
    for group, where in zip(groups, place([group.tally for group in groups]), strict=True):
        found[where].append(
            {
                "id": group.id,
                "name": group.key,
                "tally": group.tally,
                "span": charts.span(group.tally, 0, 160),
                "more": group.tally.more_for(PRECISION_BY_PLACE),
                "points": PRECISION_BY_PLACE,
            }
        )
    return found
