"""What a segment's rule is made of: groups, fields, own attributes, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hopnps.domain.conditions import Condition, Kind

FIELDS = {
    "source": Kind.CODE,
    "external_id": Kind.CODE,
    "email": Kind.TEXT,
    "email_domain": Kind.WORD,
    "first_name": Kind.TEXT,
    "last_name": Kind.TEXT,
    "company": Kind.TEXT,
    "phone": Kind.TEXT,
    "language": Kind.TEXT,
    "owner": Kind.TEXT,
    "tags": Kind.TAGS,
    "notes": Kind.TEXT,
    "created": Kind.MOMENT,
    "store": Kind.PLACE,
    "region": Kind.PLACE,
    "reachable": Kind.FLAG,  # has an address that neither refuses nor bounces
    "asked": Kind.MOMENT,  # the address was last asked
    "answered": Kind.MOMENT,  # last answer, on the official scale like all below
    "last_score": Kind.NUMBER,
    "last_category": Kind.CATEGORY,
    "previous_category": Kind.CATEGORY,
    "category_changed": Kind.MOMENT,  # takes "from" and "to" as well
}


@dataclass(frozen=True)
class Every:
    """All of the rules hold; none at all is everyone."""

    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Either:
    """At least one of the rules holds."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Not:
    rule: Rule


@dataclass(frozen=True)
class ContactRule:
    """`before` and `after` are the categories of a change; '' means any."""

    field: str
    conditions: tuple[Condition, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class AttributeRule:
    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class CountRule:
    """From `low` to `high` (None: no limit) interactions or answers that pass every filter."""

    counted: str
    filters: Mapping[str, Any]
    period: tuple[Condition, ...]
    low: int
    high: int | None


Rule = Every | Either | Not | ContactRule | AttributeRule | CountRule
