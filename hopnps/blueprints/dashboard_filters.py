"""The dashboard's address -> which answers it shows, what its form offers, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, HopNPSError, Invalid, NotFound
from hopnps.domain.periods import read_day
from hopnps.formats import short_day
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.models import Region, Segment, Store, Survey
from hopnps.services import figures, segments
from hopnps.services.figures import Scope

NAMES = ("survey", "since", "until", "place", "campaign", "segment")


@dataclass
class Filters:
    """`typed` is what the address says, kept as it is; `faults` one sentence for each filter that cannot be read."""

    scope: Scope = field(default_factory=Scope)
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def active(self) -> dict[str, str]:
        """The filters that narrow anything."""
        return {name: value for name, value in self.typed.items() if value}

    @property
    def period(self) -> str:
        """The days that are shown, in words."""
        since, until = self.scope.since, self.scope.until
        if since and until:
            return _("From %(since)s to %(until)s", since=short_day(since), until=short_day(until))
        if since:
            return _("Since %(since)s", since=short_day(since))
        return _("Until %(until)s", until=short_day(until)) if until else _("All answers")


def read_filters(session: Session, query: Mapping[str, str]) -> Filters:
    """Every filter of the query; one that names nothing becomes a fault, and the page shows no figures then."""
    filters = Filters(typed={name: query.get(name, "").strip() for name in NAMES})
    for name, value in filters.active.items():
        try:
            filters.scope = replace(filters.scope, **_READERS[name](session, value))
        except HopNPSError as refusal:
            filters.faults[name] = say(refusal)
    since, until = filters.scope.since, filters.scope.until
    if since and until and since > until:
        filters.faults["until"] = say(Invalid(N_("The end lies before the beginning.")))
    filters.choices = _choices(session)
    return filters


def _survey(session: Session, slug: str) -> dict[str, Any]:
    return {"survey": figures.find_survey(session, slug)}


def _segment(session: Session, slug: str) -> dict[str, Any]:
    return {"segment": segments.find(session, slug)}


def _since(_session: Session, text: str) -> dict[str, date]:
    return {"since": read_day(text)}


def _until(_session: Session, text: str) -> dict[str, date]:
    return {"until": read_day(text)}


def _campaign(_session: Session, name: str) -> dict[str, str]:
    return {"campaign": name}


def _place(session: Session, text: str) -> dict[str, Any]:
    """`store:Nantes` or `region:Bretagne`."""
    kind, _colon, name = text.partition(":")
    if kind == "store":
        return {"store": figures.find_store(session, name)}
    if kind == "region":
        return {"region": figures.find_region(session, name)}
    raise NotFound(N_("There is no store “%(name)s”."), name=text[:60])


def _choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    """What each select offers, as (value, name)."""
    return {
        "survey": _slugs(session, Survey),
        "segment": _slugs(session, Segment),
        "campaign": [(name, name) for name in figures.campaign_names(session)],
        "store": [(f"store:{name}", name) for name in _names(session, Store)],
        "region": [(f"region:{name}", name) for name in _names(session, Region)],
    }


def _slugs(session: Session, model: Any) -> list[tuple[str, str]]:
    found = session.execute(sa.select(model.slug, model.name).order_by(model.name))
    return [(slug, name) for slug, name in found]


def _names(session: Session, model: Any) -> list[str]:
    return list(session.scalars(sa.select(model.name).order_by(model.name_key)))


_READERS = {
    "survey": _survey,
    "since": _since,
    "until": _until,
    "place": _place,
    "campaign": _campaign,
    "segment": _segment,
}
