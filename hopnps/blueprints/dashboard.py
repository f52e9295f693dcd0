"""The dashboard: how we stand, how sure we are, what clients say; it stays fresh while somebody looks at it."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from hopnps import access, doors
from hopnps.blueprints.dashboard_facts import Precision, facts
from hopnps.blueprints.dashboard_filters import Filters, choices, read_filters
from hopnps.blueprints.dashboard_links import people
from hopnps.blueprints.dashboard_words import period_names, table_names, verdict
from hopnps.blueprints.first_steps import first_steps
from hopnps.domain.periods import day_of
from hopnps.domain.trends import Step
from hopnps.services import figures, figures_funnel
from hopnps.services.figures_funnel import Stage
from hopnps.services.figures_slice import PRODUCT_FIELDS

bp = Blueprint("hopnps_dashboard", __name__)
access.guard(bp)
PAGE, FURTHEST_PAGE = 50, 1_000_000


@bp.get("/dashboard")
@access.opened_to(access.STAFF)
def show() -> ResponseReturnValue:
    """The figures of the answers that were asked for; a filter that cannot be read is said beside itself."""
    filters, who = _asked()
    board = _board(filters, who)
    return render_template("hopnps/dashboard/show.html", **board), _status(filters)


@bp.get("/dashboard/figures")
@access.opened_to(access.STAFF)
def show_figures() -> ResponseReturnValue:
    """The same without its frame, for a page that is open; 304 while nothing changed since the fingerprint it sends."""
    filters, who = _asked()
    known = request.headers.get("If-None-Match", "")
    if not filters.faults and known == _fingerprint(filters, who):
        return "", 304
    board = _board(filters, who)
    answer = make_response(
        render_template("hopnps/dashboard/board.html", **board), _status(filters)
    )
    answer.headers["ETag"] = board["fingerprint"]
    return answer


@bp.get("/dashboard/mails")
@access.opened_to(access.STAFF)
def show_mails() -> ResponseReturnValue:
    """Who stands behind a number of the way from mails to answers."""
    filters, who = _asked()
    if filters.faults:
        typed: dict[str, Any] = filters.active
        return redirect(url_for(".show", **typed))
    stage = request.args.get("stage", "")
    if stage not in set(Stage):
        abort(404)
    page = min(max(request.args.get("page", 1, type=int), 1), FURTHEST_PAGE)
    found = figures_funnel.people(
        doors.session(),
        filters.chosen,
        Stage(stage),
        **who,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    return render_template(
        "hopnps/dashboard/mails.html",
        filters=filters,
        stage=stage,
        found=found[:PAGE],
        page=page,
        more=len(found) > PAGE,
    )


def asked_board() -> dict[str, Any]:
    """What the page of this address shows, for a file."""
    return _board(*_asked())


def _asked() -> tuple[Filters, dict[str, Any]]:
    """What the address asks, and who asks, when and where, as the services take it."""
    house = doors.house()
    who: dict[str, Any] = {"scope": doors.scope(), "now": doors.now(), "timezone": house.timezone}
    today = day_of(who["now"], house.timezone)
    named = {"scope": who["scope"], "product_fields": _product_fields()}
    return read_filters(house.session, request.args, today=today, **named), who


def _product_fields() -> tuple[str, ...]:
    return tuple(doors.house().setting("HOPNPS_PRODUCT_FIELDS")) or PRODUCT_FIELDS


def _board(filters: Filters, who: dict[str, Any]) -> dict[str, Any]:
    """What the templates show."""
    session, today = doors.session(), day_of(who["now"], who["timezone"])
    found = {} if filters.faults else facts(session, filters, _precision(), today=today, **who)
    first_run = not (filters.active or _anything(found))
    return {
        "filters": filters,
        "choices": choices(session, who["scope"], _product_fields()),
        "fingerprint": _fingerprint(filters, who, found.get("pulse")),
        "house_formula": filters.house or doors.house().setting("HOPNPS_HOUSE_FORMULA"),
        "first_run": first_run,
        "steps": first_steps(session) if first_run else [],
        "periods": period_names(today),
        "marketing": access.MARKETING,
        "narrowed": not who["scope"].whole,
        "people": lambda **more: people(filters.chosen, **more),
        "verdict": verdict,
        "tables": table_names(),
        "stretch_name": _stretch_name,
        **found,
    }


def _anything(found: dict[str, Any]) -> bool:
    """Whether somebody answered, or was asked."""
    funnel = found["funnel"]
    return bool(found["tally"].answers or found["legacy"] or funnel is None or funnel.sent)


def _status(filters: Filters) -> int:
    return 400 if filters.faults else 200


def _precision() -> Precision:
    asked = doors.house().setting
    return Precision(asked("HOPNPS_PRECISION"), asked("HOPNPS_STORE_PRECISION"))


def _fingerprint(
    filters: Filters, who: dict[str, Any], pulse: tuple[int, ...] | None = None
) -> str:
    """Changes with the answers that are shown, with the day and with what is asked."""
    if filters.faults:
        return ""
    scope = who["scope"]
    parts = (
        pulse or figures.pulse(doors.session(), filters.chosen, **who),
        day_of(who["now"], who["timezone"]),
        doors.language(),
        sorted(filters.address().items()),
        None if scope.whole else (sorted(scope.stores or ()), sorted(scope.regions or ())),
    )
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}"'


def _stretch_name(since: date, step: Step, long: bool = False) -> str:
    """`2026-03-02` -> "mars" or "2 mars", in full "mars 2026" or "2 mars 2026"."""
    pattern = {
        (Step.MONTH, False): "LLL",
        (Step.MONTH, True): "LLLL yyyy",
        (Step.WEEK, False): "d MMM",
        (Step.WEEK, True): "d MMMM yyyy",
    }[step, long]
    return format_date(since, pattern, locale=get_locale())
