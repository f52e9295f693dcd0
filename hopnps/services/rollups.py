"""Answers and visits of machines that come, change and go -> the counts of nps_rollup, in the same transaction.

Everybody who inserts, changes or deletes answers calls one of these, and calls it LAST: after the answers are written
and after the contacts are refreshed. The rows of nps_rollup are shared by everybody who answers, so they are locked
late and always in the order of their keys: then no two transactions wait for each other.

- one answer or a few: `note(session, before, after)` or `note_all(session, changes)`;
- a set of them in one statement: `put_in(session, which)` when they stand, `take_out(session, which)` before they go;
- a set that changes in several statements: `with following(session, ids):` around them;
- visits that are judged or forgotten: `with following_visits(session, invitation_ids):` around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import MonthRollup, Rollup, Scale, Visit
from hopnps.models.response import Evidence, Response
from hopnps.models.rollup import CLICK_ONLY, COUNTED, KEYS, MACHINES
from hopnps.services import machine_counts
from hopnps.services.counted import counted
from hopnps.services.dialects import insert_or_add
from hopnps.services.machine_counts import LostVote
from hopnps.services.portable import month_of

Key = tuple[date, int, int, int, str]
Change = tuple["Counted | LostVote | None", "Counted | LostVote | None"]
Moves = dict[Key, Counter[str]]
DAYS, MONTHS = "nps_rollup", "nps_rollup_month"
TABLES: dict[str, Any] = {DAYS: Rollup.__table__, MONTHS: MonthRollup.__table__}


class Counted(NamedTuple):
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
        return columns_of(self.score, click_only=self.click_only)


def columns_of(score: int, *, click_only: bool) -> tuple[str, ...]:
    """In which an answer is counted."""
    return (COUNTED[score], _UNSURE[score]) if click_only else (COUNTED[score],)


def counted_as(answer: Response) -> Counted | None:
    """What an answer counts as, as it stands; None if it does not."""
    if answer.excluded_at is not None or answer.score is None:
        return None
    return Counted(
        survey_id=answer.survey_id,
        store_id=answer.store_id,
        day=answer.answered_on,
        score=answer.score,
        region_id=answer.region_id,
        scale=answer.scale,
        click_only=answer.evidence == Evidence.CLICK_ONLY,
    )


def note(session: Session, before: Counted | None, after: Counted | None) -> None:
    """One answer counted as `before` until now and counts as `after` from now on; None where it does not count.

    A new vote is `note(session, None, after)`, an exclusion `note(session, before, None)`.
    """
    note_all(session, [(before, after)])


def note_all(session: Session, changes: Iterable[Change]) -> None:
    """The same for several answers at once."""
    for names, values in moves(changes):
        session.execute(addition(names), values)


def moves(changes: Iterable[Change]) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """What these changes add to which rows, in the order of their keys: the gaps of `addition(names)`, filled."""
    moved: Moves = {}
    for before, after in changes:
        for one, step in ((before, -1), (after, 1)):
            if one is not None and before != after:
                steps = moved.setdefault(one.key, Counter())
                for column in one.columns:
                    steps[column] += step
    return list(_additions(moved))


@contextmanager
def following(session: Session, response_ids: Iterable[int]) -> Iterator[set[int]]:
    """Whatever becomes of these answers within, the counts follow when it ends, by the difference.

    Gives the set of their numbers, to which those of new answers are added.
    """
    ids = set(response_ids)
    moves: Moves = {}
    _gather(session, moves, ids, -1)
    yield ids
    _gather(session, moves, ids, 1)
    _move(session, moves)


@contextmanager
def following_visits(session: Session, invitation_ids: Iterable[int]) -> Iterator[None]:
    """The same for the visits of these invitations, whom nobody may answer or judge meanwhile."""
    moves: Moves = {}
    theirs = machine_counts.counts_of(Visit.invitation_id.in_(list(invitation_ids)))
    _add_up(session, moves, theirs, -1)
    yield
    session.flush()
    _add_up(session, moves, theirs, 1)
    _move(session, moves)


def put_in(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Count the answers that this condition over nps_response finds, as they stand."""
    _add_all(session, which, 1)


def take_out(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Count these answers no longer; called before they are changed or deleted."""
    _add_all(session, which, -1)


def put_in_visits(session: Session) -> None:
    """Count all visits of machines, of which none was counted."""
    for name, table in TABLES.items():
        counts = machine_counts.counts_of(sa.true(), by_month=name == MONTHS)
        columns, numbers = [*KEYS, *MACHINES], [*MACHINES]
        session.execute(insert_or_add(session, table, columns, counts, on=KEYS, add=numbers))


def rebuild(session: Session) -> None:
    """All counts afresh from the answers and visits there are; whoever answers meanwhile waits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            sa.text(
                "LOCK TABLE nps_visit, nps_response, nps_rollup, nps_rollup_month IN SHARE ROW EXCLUSIVE MODE"
            )
        )
    for table in TABLES.values():
        session.execute(sa.delete(table))
    put_in(session, sa.true())
    put_in_visits(session)


def counts_of(which: sa.ColumnElement[bool], step: int = 1, *, by: str = DAYS) -> sa.Select[Any]:
    """The answers a condition finds, counted as the rollups of days or months count them, in the order of their keys."""
    grouped = _KEYS if by == DAYS else _KEYS | {"day": month_of(Response.answered_on)}
    counts = [
        (step * sa.func.count().filter(condition)).label(name)
        for name, condition in CONDITIONS.items()
    ]
    keys = [column.label(name) for name, column in grouped.items()]
    asked = sa.select(*keys, *counts).where(counted(), which)
    return asked.group_by(*grouped.values()).order_by(*grouped.values())


NUMBERS = (*COUNTED, *CLICK_ONLY)
ALL = (*NUMBERS, *MACHINES)
_UNSURE = [CLICK_ONLY[0]] * 7 + [CLICK_ONLY[1], CLICK_ONLY[2]] + [CLICK_ONLY[3]] * 2  # by score
CONDITIONS = {name: Response.score == score for score, name in enumerate(COUNTED)} | {
    name: sa.and_(Response.evidence == Evidence.CLICK_ONLY, Response.score.between(low, high))
    for name, low, high in zip(CLICK_ONLY, (0, 7, 8, 9), (6, 7, 8, 10), strict=True)
}
_KEYS: dict[str, Any] = {
    "day": Response.answered_on,
    "store_id": sa.func.coalesce(Response.store_id, sa.literal_column("0")),
    "survey_id": Response.survey_id,
    "region_id": sa.func.coalesce(Response.region_id, sa.literal_column("0")),
    "scale": Response.scale,
}
AT_ONCE = 5000  # numbers in one statement: well under what either database takes


def _gather(session: Session, moves: Moves, ids: Iterable[int], step: int) -> None:
    """Add what these answers count for; nobody else changes them until we are through."""
    rest = iter(sorted(ids))
    while some := list(islice(rest, AT_ONCE)):
        theirs = Response.id.in_(some)
        if step < 0 and session.get_bind().dialect.name == "postgresql":
            held = sa.select(Response.id).where(theirs).order_by(Response.id).with_for_update()
            session.execute(held).all()
        _add_up(session, moves, counts_of(theirs), step)


def _add_up(session: Session, moves: Moves, counts: sa.Select[Any], step: int) -> None:
    for row in session.execute(counts):
        found = {name: step * number for name, number in row._mapping.items() if name in ALL}
        moves.setdefault(tuple(row)[: len(KEYS)], Counter()).update(found)


def _move(session: Session, moves: Moves) -> None:
    """Write what moved, one row after the other, in the order of their keys."""
    for names, values in _additions(moves):
        session.execute(addition(names), values)


def _additions(moved: Moves) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """All days first, then all months."""
    months: Moves = {}
    for key, steps in moved.items():
        of_month = months.setdefault((key[0].replace(day=1), *key[1:]), Counter())
        for column, step in steps.items():
            of_month[column] += step
    for name, rows in ((DAYS, moved), (MONTHS, months)):
        for key in sorted(rows):
            moves = {column: step for column, step in rows[key].items() if step}
            if moves:
                yield (name, *sorted(moves)), dict(zip(KEYS, key, strict=True)) | moves


@cache
def addition(names: tuple[str, ...]) -> sa.TextClause:
    """The upsert of one row of a table, the first of `names`: spelt by hand, for it runs with each vote, and both
    databases read it."""
    table, *moved = names
    columns = (*KEYS, *moved)
    return sa.text(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{one}' for one in columns)})"  # noqa: S608
        f" ON CONFLICT ({', '.join(KEYS)}) DO UPDATE SET "
        + ", ".join(f"{one} = {table}.{one} + excluded.{one}" for one in moved)
    ).bindparams(sa.bindparam("day", type_=sa.Date()))


def _add_all(session: Session, which: sa.ColumnElement[bool], step: int) -> None:
    session.flush()
    for name, table in TABLES.items():
        counts = counts_of(which, step, by=name)
        columns, numbers = [*KEYS, *NUMBERS], [*NUMBERS]
        session.execute(insert_or_add(session, table, columns, counts, on=KEYS, add=numbers))
