"""Filters -> what the dashboard's blocks show: one query for each block, then sums of what it found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hopnps import charts
from hopnps.blueprints.dashboard_filters import Filters
from hopnps.domain.placing import Place, place
from hopnps.domain.presets import Compared, Period, preset
from hopnps.domain.statistics import Difference, Scores, Tally, difference
from hopnps.domain.trends import Days, Step, total, trend
from hopnps.services import figures, figures_doubts, figures_funnel, verbatims
from hopnps.services.figures import Group, Slice
from hopnps.services.figures_funnel import Funnel

COMMENTS = 7
DAYS_COMPARED, DAYS_OF_WEEKS = (
    2 * 90,
    26 * 7 + 7,
)  # what a comparison and a trend of weeks look back
RECENT = "90d"  # what is compared where no period is chosen


@dataclass(frozen=True)
class Precision:
    """Points to either side within which a figure is sure enough; fewer answers are asked of a store's."""

    overall: int = 10
    by_place: int = 20


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


def facts(
    session: Session, filters: Filters, sure: Precision, *, today: date, **who: Any
) -> dict[str, Any]:
    """All blocks; `who` is the scope, the moment and the time zone, as the services take them."""
    chosen = filters.chosen
    change = figures.last_change(session)  # first: what comes meanwhile is shown once more
    days, scores = _counted(session, filters, today, who)
    tally = scores.tally
    found = {
        "tally": tally,
        "pulse": figures.pulse_of(scores, change),
        "legacy": figures.legacy(session, chosen, **who),
        "funnel": _funnel(session, filters, who),
        "doubts": figures_doubts.doubts(session, chosen, tally, scores.unsure, **who),
    }
    if tally.answers:
        found |= _blocks(filters, days, scores, sure, today)
        groups = figures.tallies(session, chosen, filters.by, **who)
        found["places"] = places(groups, sure.by_place)
        found["comments"] = verbatims.latest(session, chosen, **who, most=COMMENTS)
    return found


def _funnel(session: Session, filters: Filters, who: dict[str, Any]) -> Funnel | None:
    """None where counting it would keep everybody waiting for the figures; a link then asks for it."""
    if not filters.mails and figures_funnel.is_long(session, filters.chosen):
        return None
    return figures_funnel.funnel(session, filters.chosen, **who)


def _counted(
    session: Session, filters: Filters, today: date, who: dict[str, Any]
) -> tuple[dict[date, Scores], Scores]:
    """The days that trend and comparison need, before the chosen ones too, and the scores of the slice.

    Without a period the rollups are asked for all months, and for days only where a month will not do: years that are
    long past cost little then. A month stands for its days by its first one.
    """
    chosen = filters.chosen
    if chosen.since or chosen.until or not chosen.rolled_up:
        days = figures.days(session, replace(chosen, since=None), **who)
        return days, sum((one for day, one in days.items() if _in(chosen, day)), Scores())
    months = figures.months(session, chosen, **who)
    days = dict(months)
    for stretch in _by_days(months, filters.step, today):
        days = {month: one for month, one in days.items() if month not in stretch}
        narrowed = replace(chosen, since=stretch.since, until=stretch.until)
        days |= figures.days(session, narrowed, **who)
    return days, sum(months.values(), Scores())


def _by_days(months: dict[date, Scores], step: Step, today: date) -> list[Period]:
    """The months in which a period that is compared begins or ends; for weeks, all days of lately."""
    if step is Step.MONTH:
        edges = (edge for one in _recent(today) for edge in (one.since, one.until))
        return [_month(first) for first in {edge.replace(day=1) for edge in edges}]
    last = min(today, max(months, default=today) + timedelta(days=31))
    since = min(today - timedelta(days=DAYS_COMPARED), last - timedelta(days=DAYS_OF_WEEKS))
    return [Period(since.replace(day=1), date.max)]


def _month(first: date) -> Period:
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _recent(today: date) -> tuple[Period, Period]:
    last: Compared = preset(RECENT, today)  # type: ignore[assignment]  # a name of ours
    return last.period, last.before


def _in(chosen: Slice, day: date) -> bool:
    return (chosen.since or day) <= day <= (chosen.until or day)


def _blocks(
    filters: Filters, scored: dict[date, Scores], scores: Scores, sure: Precision, today: date
) -> dict[str, Any]:
    """What is summed from the days."""
    days = {day: one.tally for day, one in scored.items()}
    tally = scores.tally
    compared = compare(filters, days, tally, today)
    return {
        "more": tally.more_for(sure.overall),
        "precision": sure.overall,
        "compared": compared,
        "scale": charts.span(tally, 10, 620),
        "scale_before": _span_before(compared),
        "bars": charts.bars(list(scores.counts)),
        "trend": _trend(filters, days),
    }


def compare(filters: Filters, days: Days, tally: Tally, today: date) -> Comparison | None:
    """With the period before; without a period, the last ninety days with the ninety before."""
    since, until = filters.chosen.since, filters.chosen.until
    if since and filters.before:
        period = Period(since, until or max(today, since))
        return Comparison(period, filters.before, tally, total(days, filters.before), recent=False)
    if since or until:
        return None
    period, before = _recent(today)
    found = Comparison(period, before, total(days, period), total(days, before), recent=True)
    return found if found.tally.answers else None


def _span_before(compared: Comparison | None) -> charts.Span | None:
    return (
        None if compared is None or compared.recent else charts.span(compared.tally_before, 10, 620)
    )


def _trend(filters: Filters, days: Days) -> charts.Trend | None:
    since, until = filters.chosen.since, filters.chosen.until
    return charts.trend(trend(days, filters.step, since, until), since)


def places(groups: list[Group], precision: int) -> dict[Place, list[dict[str, Any]]]:
    """The stores, regions, agents, ... of each place, in alphabetical order."""
    found: dict[Place, list[dict[str, Any]]] = {one: [] for one in Place}
    for group, where in zip(
        groups, place([group.tally for group in groups], precision), strict=True
    ):
        found[where].append(
            {
                "id": group.id,
                "name": group.key,
                "tally": group.tally,
                "span": charts.span(group.tally, 0, 160),
                "more": group.tally.more_for(precision),
                "points": precision,
            }
        )
    return found
