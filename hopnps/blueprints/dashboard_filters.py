"""The dashboard's address -> which answers it shows, what its form offers, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, HopNPSError, Invalid, NotFound
from hopnps.domain.periods import read_day
from hopnps.domain.presets import Compared, Period, just_before, preset
from hopnps.domain.scope import Scope
from hopnps.domain.score import Category
from hopnps.domain.trends import Step
from hopnps.formats import short_day
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.services import figures_names, segments
from hopnps.services.figures import By, Slice
from hopnps.services.figures_slice import PRODUCT_FIELDS

NAMES = ("survey", "place", "campaign", "segment", "agent", "product", "language", "category", "q")
DAYS = ("since", "until")
LONGEST = 200  # characters of a filter
TABLES = tuple(by for by in By if by is not By.MONTH)
NAMES_OF = {"fr": "Français", "en": "English"}


@dataclass
class Filters:
    """`typed` is what the address says, kept as it is; `faults` one sentence for each filter that cannot be read.

    `by` and `step` narrow nothing: they say which table and which trend are shown.
    """

    typed: dict[str, str] = field(default_factory=dict)
    chosen: Slice = field(default_factory=Slice)
    before: Period | None = None
    faults: dict[str, str] = field(default_factory=dict)
    by: By = By.STORE
    step: Step = Step.MONTH
    house: bool = False
    mails: bool = False

    @property
    def active(self) -> dict[str, str]:
        """The filters that narrow anything; a preset stands for its days."""
        hidden = DAYS if self.typed["period"] else ()
        return {name: value for name, value in self.typed.items() if value and name not in hidden}

    @property
    def view(self) -> dict[str, str]:
        """What is shown, where it is not the usual."""
        found = {"by": self.by, "step": self.step, "formula": "house" if self.house else ""}
        found["mails"] = "yes" if self.mails else ""
        usual = (By.STORE, Step.MONTH, "")
        return {name: str(value) for name, value in found.items() if value not in usual}

    def address(self, **changes: str) -> dict[str, str]:
        """The query of this page, or of the same with some changes; '' takes a filter away."""
        if changes.keys() & {"period", *DAYS}:
            changes = dict.fromkeys(("period", *DAYS), "") | changes
        found = self.active | self.view | changes
        return {name: value for name, value in found.items() if value}

    @property
    def period(self) -> str:
        """The days that are shown, in words."""
        since, until = self.chosen.since, self.chosen.until
        if since and until:
            return _("From %(since)s to %(until)s", since=short_day(since), until=short_day(until))
        if since:
            return _("Since %(since)s", since=short_day(since))
        return _("Until %(until)s", until=short_day(until)) if until else _("All answers")


def read_filters(
    session: Session,
    query: Mapping[str, str],
    *,
    today: date,
    scope: Scope,
    product_fields: tuple[str, ...] = PRODUCT_FIELDS,
) -> Filters:
    """Every filter of the query; one that names nothing becomes a fault, and the page shows no figures then."""
    names = ("survey", "period", *DAYS, *NAMES[1:])
    filters = Filters(typed={name: query.get(name, "").strip()[:LONGEST] for name in names})
    filters.chosen = Slice(product_fields=product_fields)
    for name in _READERS:
        if filters.typed[name]:
            _read(filters, name, lambda text, name=name: _READERS[name](session, text, scope))
    _read_names(session, filters, scope, product_fields)
    _read_period(filters, today)
    filters.by = By(query["by"]) if query.get("by") in TABLES else By.STORE
    filters.house = query.get("formula") == "house"
    filters.mails = query.get("mails") == "yes"
    filters.step = Step.WEEK if query.get("step") == Step.WEEK else Step.MONTH
    return filters


def _read(filters: Filters, name: str, reader: Any) -> None:
    try:
        filters.chosen = replace(filters.chosen, **reader(filters.typed[name]))
    except HopNPSError as refusal:
        filters.faults[name] = say(refusal)


def _read_names(
    session: Session, filters: Filters, scope: Scope, product_fields: tuple[str, ...]
) -> None:
    """A colleague or a product, however it was typed."""
    if not (filters.typed["agent"] or filters.typed["product"]):
        return
    lately = figures_names.lately(session, scope=scope, product_fields=product_fields)
    for name, known in (("agent", lately.agents), ("product", lately.products)):
        if text := filters.typed[name]:
            spelt: dict[str, Any] = {name: figures_names.spelt(known, text)}
            filters.chosen = replace(filters.chosen, **spelt)


def _read_period(filters: Filters, today: date) -> None:
    """A preset, unless other days were typed beside it."""
    for name in DAYS:
        if filters.typed[name]:
            _read(filters, name, lambda text, name=name: {name: read_day(text)})
    named = preset(filters.typed["period"], today)
    if filters.typed["period"] and named is None:
        filters.faults["period"] = say(Invalid(N_("This period is not known.")))
    elif named and _same_days(filters, named.period):
        _show(filters, named)
    else:
        filters.typed["period"] = ""
        _compare(filters, today)


def _same_days(filters: Filters, period: Period) -> bool:
    if not any(filters.typed[name] for name in DAYS):
        return True
    return (filters.chosen.since, filters.chosen.until) == (period.since, period.until)


def _show(filters: Filters, named: Compared) -> None:
    period = named.period
    filters.chosen = replace(filters.chosen, since=period.since, until=period.until)
    filters.before = named.before
    filters.typed |= {"since": period.since.isoformat(), "until": period.until.isoformat()}


def _compare(filters: Filters, today: date) -> None:
    """With as many days right before, where there is a beginning."""
    since, until = filters.chosen.since, filters.chosen.until
    if since and until and since > until:
        filters.faults["until"] = say(Invalid(N_("The end lies before the beginning.")))
    elif since and since <= (until or today):
        filters.before = just_before(Period(since, until or today))


def _survey(session: Session, slug: str, _scope: Scope) -> dict[str, Any]:
    return {"survey": figures_names.find_survey(session, slug)}


def _segment(session: Session, slug: str, _scope: Scope) -> dict[str, Any]:
    return {"segment": segments.find(session, slug)}


def _as_typed(name: str) -> Any:
    return lambda _session, text, _scope: {name: text}


def _category(_session: Session, text: str, _scope: Scope) -> dict[str, str]:
    if text not in set(Category):
        raise NotFound(N_("There is no category “%(name)s”."), name=text[:60])
    return {"category": text}


def _place(session: Session, text: str, scope: Scope) -> dict[str, Any]:
    """`store:Nantes` or `region:Bretagne`."""
    kind, _colon, name = text.partition(":")
    if kind == "store":
        return {"store": figures_names.find_store(session, name, scope=scope)}
    if kind == "region":
        return {"region": figures_names.find_region(session, name, scope=scope)}
    raise NotFound(N_("There is no store “%(name)s”."), name=text[:60])


def choices(
    session: Session, scope: Scope, product_fields: tuple[str, ...]
) -> dict[str, list[tuple[str, str]]]:
    """What each select of the form offers, as (value, name)."""
    stores = figures_names.stores(session, scope=scope)
    regions = figures_names.regions(session, scope=scope)
    campaigns = figures_names.campaigns(session, scope=scope)
    lately = figures_names.lately(session, scope=scope, product_fields=product_fields)
    return {
        "survey": figures_names.surveys(session),
        "segment": figures_names.segments(session),
        "campaign": [(name, name) for name in campaigns],
        "store": [(f"store:{name}", name) for name in stores],
        "region": [(f"region:{name}", name) for name in regions],
        "language": [(code, NAMES_OF.get(code, code)) for code in lately.languages],
        "agent": [(name, name) for name in lately.agents],
        "product": [(name, name) for name in lately.products],
    }


_READERS = {
    "survey": _survey,
    "place": _place,
    "segment": _segment,
    "category": _category,
    "q": _as_typed("words"),
} | {name: _as_typed(name) for name in ("campaign", "language")}
