"""The dashboard: how we stand, how sure we are, what clients say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm import Session

from hopnps import access, charts, doors
from hopnps.blueprints.dashboard_filters import read_filters
from hopnps.blueprints.first_steps import first_steps
from hopnps.domain.periods import day_of, months_between
from hopnps.domain.statistics import Tally
from hopnps.models import Scale
from hopnps.services import figures
from hopnps.services.figures import By, Group, Scope

bp = Blueprint("hopnps_dashboard", __name__)
access.guard(bp)
MONTHS_SHOWN = 12
WIDEST = 40  # points to either side beyond which a figure would only mislead
PRECISION, PRECISION_BY_PLACE = 10, 20  # points to either side


@bp.get("/dashboard")
@access.opened_to(access.STAFF)
def show() -> ResponseReturnValue:
    """The figures of the answers that were asked for; a filter that cannot be read is said beside itself."""
    house = doors.house()
    now = datetime.now(UTC)
    filters = read_filters(house.session, request.args)
    facts: dict[str, Any] = {}
    if not filters.faults:
        facts = _facts(house.session, filters.scope, {"now": now, "timezone": house.timezone})
    first_run = not (filters.active or facts["tally"].answers or facts["legacy"])
    page = render_template(
        "hopnps/dashboard/show.html",
        filters=filters,
        periods=_periods(day_of(now, house.timezone)),
        first_run=first_run,
        steps=first_steps(house.session) if first_run else [],
        marketing=access.MARKETING,
        **facts,
    )
    return page, 400 if filters.faults else 200


def _facts(session: Session, scope: Scope, when: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a scope; `when` is the moment and the time zone."""
    counts = figures.scores(session, scope, **when)
    tally = figures.tally_of(counts)
    legacy = figures.tally(session, replace(scope, scale=Scale.LEGACY), **when).answers
    facts = {"tally": tally, "legacy": legacy, "by": _by()}
    if tally.answers:
        facts |= {
            "more": tally.more_for(PRECISION),
            "precision": PRECISION,
            "scale": charts.span(tally, 10, 620),
            "bars": charts.bars(counts),
            "trend": charts.trend(_filled(figures.tallies(session, scope, By.MONTH, **when))),
            "month_name": _month_name,
            "comments": figures.latest_comments(session, scope, **when),
            **_places(figures.tallies(session, scope, _by(), **when)),
        }
    return facts


def _by() -> By:
    return By.REGION if request.args.get("by") == By.REGION else By.STORE


def _places(groups: list[Group]) -> dict[str, list[dict[str, Any]]]:
    """The stores or regions whose figure says something, and those with too few answers."""
    lines = [_line(group) for group in groups]
    return {
        "told": [line for line in lines if line["tells"]],
        "untold": [line for line in lines if not line["tells"]],
    }


def _line(group: Group) -> dict[str, Any]:
    low, high = group.tally.interval or (-100, 100)
    return {
        "name": group.key,
        "tally": group.tally,
        "span": charts.span(group.tally, 0, 160),
        "tells": (high - low) / 2 <= WIDEST,
        "more": group.tally.more_for(PRECISION_BY_PLACE),
        "points": PRECISION_BY_PLACE,
    }


def _filled(groups: list[Group]) -> list[tuple[str, Tally]]:
    """The last twelve months up to the last answer, those without answers included."""
    found = {group.key: group.tally for group in groups}
    keys = months_between(min(found), max(found))[-MONTHS_SHOWN:]
    return [(key, found.get(key, Tally())) for key in keys]


def _month_name(key: str, pattern: str = "LLL") -> str:
    """`2026-03` -> "mars", or as the pattern says."""
    return format_date(date(int(key[:4]), int(key[5:]), 1), pattern, locale=get_locale())


def _periods(today: date) -> list[tuple[int, date]]:
    """What people look at most: so many days, and the day they begin."""
    return [(days, today - timedelta(days=days - 1)) for days in (30, 90, 365)]
