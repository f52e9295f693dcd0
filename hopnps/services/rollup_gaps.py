"""Counts and what they count -> where they differ: the proof that the figures say what the answers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models.rollup import KEYS
from hopnps.services import machine_counts
from hopnps.services.rollups import ALL, MONTHS, TABLES, counts_of


@dataclass(frozen=True)
class Gap:
    """A day or a month of a store where the counts and the answers differ: {column: number} of either."""

    table: str
    key: Mapping[str, Any]
    counted: Mapping[str, int]
    answers: Mapping[str, int]


def find(session: Session, *, most: int = 100) -> list[Gap]:
    """Where the rollups say something else than the answers themselves, the first `most`; none if all is well."""
    found = [_gap(name, list(row)) for name in TABLES for row in _differing(session, name, most)]
    return found[:most]


def _differing(session: Session, name: str, most: int) -> Iterable[Any]:
    answers = counts_of(sa.true(), by=name).order_by(None).subquery("answers").c
    visits = machine_counts.counts_of(sa.true(), by_month=name == MONTHS).subquery("visits").c
    rolled = TABLES[name].c
    both = sa.union_all(
        _side(rolled, counted=rolled), _side(answers, there=answers), _side(visits, there=visits)
    ).subquery("sides")
    keys, numbers = list(both.c)[: len(KEYS)], list(both.c)[len(KEYS) :]
    sums = [sa.func.sum(number) for number in numbers]
    pairs = zip(sums[: len(ALL)], sums[len(ALL) :], strict=True)
    differs = sa.or_(*(one != two for one, two in pairs))
    asked = sa.select(*keys, *sums).group_by(*keys).having(differs)
    return session.execute(asked.order_by(*keys).limit(most))


def _side(keys: Any, *, counted: Any = (), there: Any = ()) -> sa.Select[Any]:
    """Keys, what is counted under them and what there is; nothing of what a side does not know."""
    sides = (("counted", counted), ("there", there))
    known = [_known(side, name).label(f"{kind}_{name}") for kind, side in sides for name in ALL]
    return sa.select(*(keys[name] for name in KEYS), *known)


def _known(side: Any, name: str) -> Any:
    return side[name] if name in side else sa.literal_column("0")


def _gap(name: str, values: list[Any]) -> Gap:
    keys, numbers = values[: len(KEYS)], [int(one) for one in values[len(KEYS) :]]
    half = len(ALL)
    return Gap(
        name,
        dict(zip(KEYS, keys, strict=True)),
        dict(zip(ALL, numbers[:half], strict=True)),
        dict(zip(ALL, numbers[half:], strict=True)),
    )
