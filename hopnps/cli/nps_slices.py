"""Filters as words, `store=Lille,since=2026-01-01`, or as options -> the answers they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopnps.cli.context import house, session
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.periods import read_day
from hopnps.services import figures_names, segments
from hopnps.services.figures import Slice
from hopnps.services.figures_slice import PRODUCT_FIELDS

FILTERS = (
    "survey",
    "segment",
    "since",
    "until",
    "store",
    "region",
    "campaign",
    "agent",
    "product",
    "language",
)


def slice_of(filters: dict[str, Any]) -> Slice:
    """Names and days -> a slice; what is None or '' narrows nothing. Raises NotFound for what is not there."""
    asked = {name: value for name, value in filters.items() if value}
    found = {name: _FIND.get(name, lambda value: value)(value) for name, value in asked.items()}
    fields = tuple(house().setting("HOPNPS_PRODUCT_FIELDS")) or PRODUCT_FIELDS
    if found.keys() & {"agent", "product"}:
        lately = figures_names.lately(session(), product_fields=fields)
        for name, known in (("agent", lately.agents), ("product", lately.products)):
            if name in found:
                found[name] = figures_names.spelt(known, found[name])
    return Slice(**found, product_fields=fields)


def read(text: str) -> dict[str, Any]:
    """`store=Lille,since=2026-01-01` -> its filters; a comma within a name is written twice.

    Raises Invalid for a word that is no filter. An empty text, or `all`, is every answer.
    """
    if text.strip() in ("", "all"):
        return {}
    found: dict[str, Any] = {}
    for part in text.replace(",,", "\0").split(","):
        name, equals, value = (one.strip() for one in part.replace("\0", ",").partition("="))
        if not equals or name not in FILTERS or not value or name in found:
            raise Invalid(
                N_("“%(text)s” is no filter: write NAME=VALUE with one of %(names)s, each once."),
                text=part[:60],
                names=", ".join(FILTERS),
            )
        found[name] = read_day(value) if name in ("since", "until") else value
    if found.get("since") and found.get("until") and found["since"] > found["until"]:
        raise Invalid(N_("The end lies before the beginning."))
    return found


_FIND: dict[str, Callable[[str], Any]] = {
    "survey": lambda slug: figures_names.find_survey(session(), slug),
    "segment": lambda slug: segments.find(session(), slug),
    "store": lambda name: figures_names.find_store(session(), name),
    "region": lambda name: figures_names.find_region(session(), name),
}
