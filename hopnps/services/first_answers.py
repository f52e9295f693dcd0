"""The first answer of an invitation -> written by one statement; most votes are first answers.

It does what those of services/ballot_box.py do one after the other: each is a journey to PostgreSQL, and on SQLite each
makes its thread wait for Python's lock. PostgreSQL writes all by one `WITH`, and holds the contact first: had they answered
meanwhile, nothing is written, and the vote goes the usual way. On SQLite nobody else writes meanwhile; there the statement
fills a view that exists on our open connections alone (services/kept.py), whose trigger says what becomes of the row.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from hopnps.models import Contact, MonthRollup, Response, ResponseChange, Rollup
from hopnps.models.rollup import KEYS
from hopnps.services import ballot_box
from hopnps.services.ballot_box import ALWAYS, ANSWER, CHANGE, LAST, Cast, always, filled
from hopnps.services.driver import Line, Sql, at_opening
from hopnps.services.rollups import CONDITIONS

bind = sa.bindparam


def write(line: Line, cast: Cast) -> bool:
    """Whether anything was written."""
    counted = ballot_box.counted(cast)
    said = ballot_box.words(cast) | {
        "counted_store": counted.store_id or 0,
        "counted_region": counted.region_id or 0,
        "month": cast.day.replace(day=1),
    }
    if line.shared:
        (written,) = line.run((_whole(counted.columns), said))
        return bool(written)
    if line.ours:
        line.run((_FILL, said))
    return line.ours


@cache
def _whole(counts: tuple[str, ...]) -> Sql:
    return Sql(lambda insert: _with(insert, counts))


def _with(insert: Any, counts: tuple[str, ...]) -> Any:
    """Each part takes its row from the one it must come after: that is also the order of the locks."""
    latest = bind("latest", type_=Contact.last_answered_at.type)
    unmoved = Contact.last_answered_at.is_not_distinct_from(latest)
    held = sa.select(Contact.id).where(Contact.id == bind("contact"), unmoved).with_for_update()
    answer = _row(insert, Response, filled(Response, ANSWER, **always()), held.cte("held"))
    answer = answer.on_conflict_do_nothing(index_elements=["invitation_id"])
    answer = answer.returning(Response.id).cte("answer")
    changed = filled(ResponseChange, CHANGE, response_id=answer.c.id)
    change = _row(insert, ResponseChange, changed, answer).cte("change")
    told = sa.update(Contact).values(filled(Contact, LAST))
    told = told.where(Contact.id == bind("contact"), sa.exists(sa.select(answer.c.id)))
    day = _addition(insert, Rollup, "day", counts, answer)
    month = _addition(insert, MonthRollup, "month", counts, day)
    return sa.select(answer.c.id).add_cte(change, told.cte("told"), month)


def _addition(insert: Any, model: Any, day: str, counts: tuple[str, ...], after: sa.CTE) -> sa.CTE:
    """What services/rollups.py adds for one answer."""
    table = model.__table__
    values = filled(model, _KEYS | {"day": day}, scale=always()["scale"])
    values |= {name: sa.literal_column("1") for name in counts}
    row = _row(insert, model, values, after)
    more = {name: table.c[name] + row.excluded[name] for name in counts}
    row = row.on_conflict_do_update(index_elements=KEYS, set_=more)
    return row.returning(table.c.day).cte(f"added_to_{table.name}")


def _row(insert: Any, model: Any, values: dict[str, Any], after: sa.CTE) -> Any:
    """One row, if there is one in the part it comes after."""
    chosen = sa.select(*values.values()).select_from(after)
    return insert(model.__table__).from_select([*values], chosen, include_defaults=False)


_KEYS = {"store_id": "counted_store", "survey_id": "survey", "region_id": "counted_region"}
_GAPS = sorted({*ANSWER.values(), *CHANGE.values(), *LAST.values(), *_KEYS.values(), "month"})
_VIEW = "hopnps_first_answer"
_CONSTANT = {name: f"'{words}'" for name, words in ALWAYS.items()}


def _trigger() -> str:
    """What becomes of a row that fills the view."""
    steps = (
        _put(Response, _new(ANSWER) | _CONSTANT),
        _put(ResponseChange, _new(CHANGE) | {"response_id": "last_insert_rowid()"}),
        f"UPDATE nps_contact SET {_pairs(_new(LAST))} WHERE id = NEW.contact",  # noqa: S608
        _put_or_add(Rollup, "day"),
        _put_or_add(MonthRollup, "month"),
    )
    return (
        f"CREATE TEMP TRIGGER IF NOT EXISTS put_{_VIEW} INSTEAD OF INSERT ON {_VIEW} "
        f"BEGIN {''.join(f'{step}; ' for step in steps)}END"
    )


def _new(gaps: dict[str, str]) -> dict[str, str]:
    return {name: f"NEW.{gap}" for name, gap in gaps.items()}


def _put(model: Any, values: dict[str, str]) -> str:
    columns, filling = ", ".join(values), ", ".join(values.values())
    return f"INSERT INTO {model.__table__.name} ({columns}) VALUES ({filling})"  # noqa: S608


def _put_or_add(model: Any, day: str) -> str:
    keys = _new(_KEYS | {"day": day}) | {"scale": _CONSTANT["scale"]}
    more = _pairs({name: f"{name} + excluded.{name}" for name in COUNTS})
    return f"{_put(model, keys | COUNTS)} ON CONFLICT ({', '.join(KEYS)}) DO UPDATE SET {more}"


def _pairs(values: dict[str, str]) -> str:
    return ", ".join(f"{name} = {words}" for name, words in values.items())


def _counts() -> dict[str, str]:
    """1 in the column of its score, and in the one of its evidence; 0 in all others."""
    dialect = sqlite.dialect()
    options = {"literal_binds": True}
    return {
        name: str(holds.compile(dialect=dialect, compile_kwargs=options)).replace(
            "nps_response.", "NEW."
        )
        for name, holds in CONDITIONS.items()
    }


COUNTS = _counts()
_FILL = Sql(
    lambda _insert: sa.insert(sa.table(_VIEW, *map(sa.column, _GAPS))).values(
        {gap: bind(gap) for gap in _GAPS}
    )
)
_EMPTY = ", ".join(f"NULL AS {gap}" for gap in _GAPS)
at_opening("sqlite", f"CREATE TEMP VIEW IF NOT EXISTS {_VIEW} AS SELECT {_EMPTY}", _trigger())
