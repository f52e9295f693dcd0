"""Figures and moments -> the words for them in the visitor's language, as Jinja filters `nps_...`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel.core import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal, get_decimal_symbol
from flask import Flask, current_app
from flask_babel import get_locale

from hopnps.domain.errors import Invalid
from hopnps.domain.moments import read_moment
from hopnps.domain.statistics import round_half_away
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext

MINUS = "\N{MINUS SIGN}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
YEARS = range(1900, 2101)
_AMOUNT = re.compile(r"[+-]?(0|[1-9][0-9]*)\.[0-9]{1,2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?")
_YES_OR_NO = {"true": True, "false": False}


def signed(value: float | None) -> str:
    """An NPS or a difference with its sign: +42, 0, −8 (a real minus); in words while there is none."""
    if value is None:
        return _("no NPS yet")
    whole = round_half_away(value)
    if not whole:
        return "0"
    return f"{'+' if whole > 0 else MINUS}{count(abs(whole))}"


def interval(bounds: tuple[float, float] | None) -> str:
    """Two bounds -> "between +31 and +51"; '' without any."""
    if bounds is None:
        return ""
    return _("between %(low)s and %(high)s", low=signed(bounds[0]), high=signed(bounds[1]))


def count(value: int) -> str:
    """1284 -> "1 284" in French (narrow no-break space), "1,284" in English."""
    return str(value) if 0 <= value < 1000 else format_decimal(value, locale=_locale())


def decimal(value: float) -> str:
    """4.5 -> "4,5" in French, "4.5" in English."""
    return format_decimal(value, locale=_locale())


def rate(share: float | None) -> str:
    """A share from 0 to 1 -> "21,7 %" or "21.7%", one decimal always; a dash where nothing can be shared."""
    if share is None:
        return "–"
    figure = format_decimal(100 * share, "#,##0.0", locale=_locale())
    return f"{figure}{NARROW if _locale().language == 'fr' else ''}%"


def day(value: date | datetime | None) -> str:
    """30/09/2025 for tables in French, "30 Sep 2025" in English; '' for None."""
    if value is None:
        return ""
    pattern = "dd/MM/yyyy" if _locale().language == "fr" else "d MMM yyyy"
    return format_date(_local(value), pattern, _locale())


def short_day(value: date | datetime | None) -> str:
    """30 sept. 2025, 30 Sep 2025; '' for None."""
    return "" if value is None else _written(_local(value), "d MMM yyyy")


def long_day(value: date | datetime | None) -> str:
    """mardi 30 septembre 2025, Tuesday 30 September 2025; '' for None."""
    return "" if value is None else _written(_local(value), "EEEE d MMMM yyyy")


def clock(value: datetime) -> str:
    """9:30 in French, 9:30 am in English, at the house's place."""
    local = _at_home(value)
    if _locale().language == "fr":
        return format_time(local, "H:mm", locale=_locale())
    return format_time(local, "h:mm a", locale=_locale()).replace("\u202f", " ").lower()


def moment(value: datetime | None) -> str:
    """A moment beside a thing: "30/09/2025, 10:42"; '' for None."""
    return "" if value is None else f"{day(value)}, {clock(value)}"


def happened(value: datetime | None) -> str:
    """The same for a past answer or order; of some only the day is known, and then only the day is said."""
    return day(value) if value is None or _is_day(value) else moment(value)


def hour(value: datetime) -> str:
    """The clock of what happened on a day that is told already; '' where only the day is known."""
    return "" if _is_day(value) else clock(value)


def near(value: datetime | None, now: datetime | None = None) -> str:
    """A recent moment as one says it: "12 min ago", "today, 10:42", "yesterday, 18:04", else its day."""
    if value is None:
        return ""
    if _is_day(value):
        return short_day(value)
    now = now or datetime.now(UTC)
    minutes = int((now - value).total_seconds() // 60)
    if 0 <= minutes < 1:
        return _("just now")
    if 0 <= minutes < 60:
        return ngettext("%(num)s min ago", "%(num)s min ago", minutes)
    today, on = _at_home(now).date(), _at_home(value).date()
    if on == today:
        return _("today, %(time)s", time=clock(value))
    if on == today - timedelta(days=1):
        return _("yesterday, %(time)s", time=clock(value))
    return short_day(value)


def weekdays(days: Iterable[int]) -> str:
    """Days of the week, 1 is Monday: mon. wed. fri."""
    names = get_day_names("abbreviated", locale=get_locale())
    return " ".join(names[day - 1] for day in sorted(days))


def own(value: Any) -> str:
    """A value of the house's own, of a client or an order: numbers and dates as the language writes them, yes and no in words."""
    if isinstance(value, str):
        return _own_text(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and value in YEARS:  # more often a year than a sum
        return str(value)
    if isinstance(value, int | float):
        return decimal(value).replace("-", MINUS)
    if isinstance(value, list):
        return ", ".join(map(own, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}{_(':')} {own(one)}" for name, one in value.items())
    return "" if value is None else str(value)


def _own_text(text: str) -> str:
    """Files bring every value as a text: what can only be a sum, a day or a yes is said as one, all else as it stands."""
    if _AMOUNT.fullmatch(text):
        return text.replace(".", get_decimal_symbol(_locale())).replace("-", MINUS)
    if _MOMENT.fullmatch(text):
        try:
            return happened(read_moment(text, current_app.extensions["hopnps"].timezone))
        except Invalid:
            return text
    return own(_YES_OR_NO[text.lower()]) if text.lower() in _YES_OR_NO else text


FILTERS = {
    "nps_signed": signed,
    "nps_interval": interval,
    "nps_count": count,
    "nps_decimal": decimal,
    "nps_rate": rate,
    "nps_day": day,
    "nps_short_day": short_day,
    "nps_long_day": long_day,
    "nps_clock": clock,
    "nps_moment": moment,
    "nps_hour": hour,
    "nps_near": near,
    "nps_weekdays": weekdays,
    "nps_own": own,
}


def arm(app: Flask) -> None:
    """Give the filters to the templates; the prefix keeps them apart from a host's own."""
    app.jinja_env.filters.update(FILTERS)


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _written(day: date, pattern: str) -> str:
    """In French a month begins with its 1er."""
    if day.day == 1 and _locale().language == "fr":
        pattern = pattern.replace("d MMM", "d'er' MMM")
    return format_date(day, pattern, _locale())


def _local(value: date | datetime) -> date | datetime:
    """A moment at the house's place; a day stays what it is."""
    return _at_home(value) if isinstance(value, datetime) else value


def _is_day(value: datetime) -> bool:
    """An import reads a day without a time as its first moment; what happens here never falls on it so exactly."""
    return _at_home(value).time() == time()


def _at_home(value: datetime) -> datetime:
    return value.astimezone(current_app.extensions["hopnps"].timezone)
