"""Answers that come, change and go -> the counts of nps_rollup, in the same transaction.

Everybody who inserts, changes or deletes answers calls one of these, and calls it LAST: after the answers are written
and after the contacts are refreshed. The rows of nps_rollup are shared by everybody who answers, so they are locked
late and always in the order of their keys: then no two transactions wait for each other.

- one answer or a few: `note(session, before, after)` or `note_all(session, changes)`;
- a set of them: `take_out(session, which)` before they change or go, `put_in(session, which)` when they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.score import SCORES
from hopnps.models import Response, Rollup, Scale
from hopnps.models.rollup import CLICK_ONLY, COUNTED, KEYS
from hopnps.services.dialects import insert_or_add

Key = tuple[date, int, int, int, str]
Change = tuple["Counted | None", "Counted | None"]
table: Any = Rollup.__table__


@dataclass(frozen=True)
class Counted:
    """An answer as far as the figures know it. `click_only`: it rests on a click alone, nobody pressed send.

    There is none of an answer that does not count (excluded, or not judged yet): pass None in its place.
    """

    survey_id: int
    store_id: int | None
    day: date
    score: int
    region_id: int | None = None
    scale: str = Scale.OFFICIAL
    click_only: bool = False

    @property
    def key(self) -> Key:
        return self.day, self.store_id or 0, self.survey_id, self.region_id or 0, str(self.scale)

    @property
    def columns(self) -> tuple[str, ...]:
        sure = COUNTED[self.score]
        return (sure, CLICK_ONLY[self.score]) if self.click_only else (sure,)


def note(session: Session, before: Counted | None, after: Counted | None) -> None:
    """One answer counted as `before` until now and counts as `after` from now on; None where it does not count.

    A new vote is `note(session, None, after)`, an exclusion `note(session, before, None)`.
    """
    note_all(session, [(before, after)])


def note_all(session: Session, changes: Iterable[Change]) -> None:
    """The same for several answers at once."""
    moves: dict[Key, Counter[str]] = {}
    for before, after in changes:
        for one, step in ((before, -1), (after, 1)):
            if one is not None and before != after:
                found = moves.setdefault(one.key, Counter())
                found.update(dict.fromkeys(one.columns, step))
    for key in sorted(moves):
        moved = {name: step for name, step in moves[key].items() if step}
        if moved:
            _add(session, key, moved)


def put_in(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Count the answers that this condition over nps_response finds, as they stand."""
    _add_all(session, which, 1)


def take_out(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Count these answers no longer; call it before they are changed or deleted."""
    _add_all(session, which, -1)


def rebuild(session: Session) -> None:
    """All counts afresh from the answers there are; whoever answers meanwhile waits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE nps_rollup IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(sa.delete(Rollup))
    put_in(session, sa.true())


@dataclass(frozen=True)
class Gap:
    """A day of a store where the counts and the answers differ: {column: number} of either."""

    key: Mapping[str, Any]
    counted: Mapping[str, int]
    answers: Mapping[str, int]


def gaps(session: Session, *, most: int = 100) -> list[Gap]:
    """Where the rollups say something else than the answers themselves, the first `most`; none if all is well."""
    raw = counts_of(sa.true()).subquery("raw")
    numbers = (*COUNTED, *CLICK_ONLY)
    same = sa.and_(*(raw.c[name] == table.c[name] for name in KEYS))
    left, right = (
        {name: sa.func.coalesce(side.c[name], 0) for name in numbers} for side in (table, raw)
    )
    differs = sa.or_(*(left[name] != right[name] for name in numbers))
    keys = [sa.func.coalesce(raw.c[name], table.c[name]).label(name) for name in KEYS]
    columns = [*keys, *left.values(), *right.values()]
    asked = sa.select(*columns).select_from(table.outerjoin(raw, same, full=True)).where(differs)
    return [_gap(row) for row in session.execute(asked.order_by(*KEYS).limit(most))]


def counts_of(which: sa.ColumnElement[bool], step: int = 1) -> sa.Select[Any]:
    """The answers a condition finds, counted as the rollups count them, in the order of their keys."""
    counts = [
        (step * sa.func.count().filter(Response.score == score)).label(COUNTED[score])
        for score in SCORES
    ]
    clicks = [
        (step * sa.func.count().filter(Response.score == score, CLICKED_ONLY)).label(
            CLICK_ONLY[score]
        )
        for score in SCORES
    ]
    keys = [column.label(name) for name, column in _KEYS.items()]
    asked = sa.select(*keys, *counts, *clicks).where(COUNTS, which)
    return asked.group_by(*_KEYS.values()).order_by(*_KEYS.values())


COUNTS: sa.ColumnElement[bool] = sa.true()  # which answers enter the figures
CLICKED_ONLY: sa.ColumnElement[bool] = sa.false()
_KEYS: dict[str, Any] = {
    "day": Response.answered_on,
    "store_id": sa.func.coalesce(Response.store_id, sa.literal_column("0")),
    "survey_id": Response.survey_id,
    "region_id": sa.func.coalesce(Response.region_id, sa.literal_column("0")),
    "scale": Response.scale,
}


def _gap(row: Any) -> Gap:
    values = list(row)
    keys, numbers = dict(zip(KEYS, values, strict=False)), values[len(KEYS) :]
    names = (*COUNTED, *CLICK_ONLY)
    half = len(names)
    return Gap(
        keys,
        dict(zip(names, numbers[:half], strict=True)),
        dict(zip(names, numbers[half:], strict=True)),
    )


def _add(session: Session, key: Key, moved: Mapping[str, int]) -> None:
    names = tuple(sorted(moved))
    session.execute(_addition(names), dict(zip(KEYS, key, strict=True)) | dict(moved))


@cache
def _addition(names: tuple[str, ...]) -> sa.TextClause:
    """The upsert of one row, spelt by hand: it runs with each vote, and both databases read it."""
    columns = (*KEYS, *names)
    return sa.text(
        f"INSERT INTO nps_rollup ({', '.join(columns)}) VALUES ({', '.join(f':{one}' for one in columns)})"  # noqa: S608
        f" ON CONFLICT ({', '.join(KEYS)}) DO UPDATE SET "
        + ", ".join(f"{one} = nps_rollup.{one} + excluded.{one}" for one in names)
    ).bindparams(sa.bindparam("day", type_=sa.Date()))


def _add_all(session: Session, which: sa.ColumnElement[bool], step: int) -> None:
    session.flush()
    columns = [*KEYS, *COUNTED, *CLICK_ONLY]
    session.execute(
        insert_or_add(session, table, columns, counts_of(which, step), on=KEYS, add=columns[5:])
    )
