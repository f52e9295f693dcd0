"""The first answer of an invitation -> looked up, decided on and written by one statement; most votes are first answers.

It does what those of services/ballot_box.py do one after the other: each is a journey to PostgreSQL, and on SQLite each
makes its thread wait for Python's lock. PostgreSQL writes all by one `WITH`, and holds the contact first. On SQLite nobody
else writes meanwhile; there the statement fills a view that exists on our open connections alone (services/kept.py), whose
trigger says what becomes of the row. Wherever there is more to think of, it finds no row and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from hopnps.domain.score import category_of
from hopnps.domain.vote import CLICK_ONLY, Vote
from hopnps.models import (
    Contact,
    Invitation,
    MonthRollup,
    Response,
    ResponseChange,
    Rollup,
    Store,
    Visit,
)
from hopnps.models.rollup import KEYS
from hopnps.services import ballots, machine_counts, rollups
from hopnps.services.ballot_box import ALWAYS, ANSWER, CHANGE, LAST, always, filled
from hopnps.services.driver import Line, Sql, at_opening
from hopnps.services.rollups import CONDITIONS

bind = sa.bindparam
SOON = timedelta(minutes=1)  # what is judged by then may be found a machine's while we write
_seen = {"zone": ""}  # as it was chosen on the screen; the statement looks whether it still is


def write(
    line: Line, invitation_id: int, vote: Vote, *, now: datetime, timezone: tzinfo | None
) -> bool:
    """Whether it was a first answer, and is written. `timezone`: as for votes.record."""
    if not (line.shared or line.ours):
        return False
    said = _said(invitation_id, vote, now, timezone)
    if line.shared:
        counts = rollups.columns_of(vote.score, click_only=vote.evidence == CLICK_ONLY)
        (written,) = line.run((_whole(counts), said))
        return bool(written)
    before = line.changes
    line.run((_FILL, said))
    return line.changes != before


def learn_zone(name: str | None) -> None:
    """Which zone is chosen on the screen now."""
    _seen["zone"] = name or ""


def _said(invitation_id: int, vote: Vote, now: datetime, timezone: tzinfo | None) -> dict[str, Any]:
    """What fills the gaps that the database does not fill itself."""
    zone = _seen["zone"]
    day = now.astimezone(timezone or ballots.zone_of(zone)).date()
    return {
        "invitation": invitation_id,
        "score": vote.score,
        "comment": vote.comment,
        "evidence": vote.evidence,
        "browser": vote.browser,
        "conflict": False,
        "way": vote.way,
        "now": now,
        "soon": now + SOON,
        "category": category_of(vote.score).value,
        "day": day,
        "month": day.replace(day=1),
        "settled": timezone is not None,
        "zone": zone,
    }


_now = bind("now", type_=Contact.last_answered_at.type)
_same = sa.or_(Contact.last_category == "", Contact.last_category == bind("category"))
_KEYS = {"store_id": "counted_store", "survey_id": "survey", "region_id": "counted_region"}
_FOUND: dict[str, Any] = {  # what fills the gaps of services/ballot_box.py, and is not said
    "survey": Invitation.survey_id,
    "campaign": Invitation.campaign_id,
    "contact": Invitation.contact_id,
    "language": Invitation.language,
    "agent": ballots.AGENT,
    "store": Store.id,
    "region": Store.region_id,
    "counted_store": sa.func.coalesce(Store.id, sa.literal_column("0")),
    "counted_region": sa.func.coalesce(Store.region_id, sa.literal_column("0")),
    "previous": Contact.last_category,
    "turned": sa.case((_same, Contact.category_changed_at), else_=_now),
}


@cache
def _whole(counts: tuple[str, ...]) -> Sql:
    return Sql(lambda insert: _with(insert, counts))


def _with(insert: Any, counts: tuple[str, ...]) -> Any:
    """Each part takes its row from the one it must come after: that is also the order of the locks."""
    held = _found().with_for_update(of=Contact).cte("held")
    answer = _row(insert, Response, _values(Response, ANSWER, held, **always()), held)
    answer = answer.on_conflict_do_nothing(index_elements=["invitation_id"])
    answer = answer.returning(Response.id).cte("answer")
    changed = filled(ResponseChange, CHANGE, response_id=answer.c.id)
    change = _row(insert, ResponseChange, changed, answer).cte("change")
    told = sa.update(Contact).values(_values(Contact, LAST, held))
    told = told.where(Contact.id == held.c.contact, sa.exists(sa.select(answer.c.id)))
    day = _addition(insert, Rollup, "day", counts, held, answer)
    month = _addition(insert, MonthRollup, "month", counts, held, day)
    return sa.select(answer.c.id).add_cte(change, told.cte("told"), month)


def _addition(
    insert: Any, model: Any, day: str, counts: tuple[str, ...], held: sa.CTE, after: sa.CTE
) -> sa.CTE:
    """What services/rollups.py adds for one answer."""
    table = model.__table__
    values = _values(model, _KEYS | {"day": day}, held, scale=always()["scale"])
    values |= {name: sa.literal_column("1") for name in counts}
    row = _row(insert, model, values, held, after)
    more = {name: table.c[name] + row.excluded[name] for name in counts}
    row = row.on_conflict_do_update(index_elements=KEYS, set_=more)
    return row.returning(table.c.day).cte(f"added_to_{table.name}")


def _values(model: Any, gaps: Mapping[str, str], held: sa.CTE, **more: Any) -> dict[str, Any]:
    """The columns of a table, each with what was found, or the gap that what was said goes into."""
    found = {name: held.c[gap] for name, gap in gaps.items() if gap in _FOUND}
    said = {name: gap for name, gap in gaps.items() if gap not in _FOUND}
    return found | filled(model, said, **more)


def _row(insert: Any, model: Any, values: dict[str, Any], *after: sa.CTE) -> Any:
    """One row, if there is one in the parts it comes after."""
    chosen = sa.select(*values.values()).select_from(*after)
    return insert(model.__table__).from_select([*values], chosen, include_defaults=False)


_GAPS = sorted({*ANSWER.values(), *CHANGE.values(), *LAST.values(), *_KEYS.values(), "month"})
_VIEW = "hopnps_first_answer"
_CONSTANT = {name: f"'{words}'" for name, words in ALWAYS.items()}


def _fill(_insert: Any) -> Any:
    found = _found()
    row = found.with_only_columns(*(_FOUND.get(gap, bind(gap)) for gap in _GAPS))
    return sa.insert(sa.table(_VIEW, *map(sa.column, _GAPS))).from_select(_GAPS, row)


def _found() -> sa.Select[Any]:
    """One row if this vote is the first, and the contact's latest answer, and no machine's visit is in its way."""
    visits = sa.exists().where(
        Visit.invitation_id == bind("invitation"),
        Visit.judged_at.is_(None),
        Visit.judge_at <= bind("soon", type_=Visit.judge_at.type),
    )
    return ballots.of_invitation(*(column.label(gap) for gap, column in _FOUND.items())).where(
        Invitation.survey_id.is_not(None),
        # not so where the client was moved while we waited for them: their row is then new, and that of the store is not
        sa.or_(ballots.STORE.is_(None), Store.id.is_not(None)),
        Invitation.expires_at > _now,
        sa.or_(Contact.last_answered_at.is_(None), Contact.last_answered_at < _now),
        ~sa.exists().where(Response.invitation_id == bind("invitation")),
        ~sa.exists().where(*machine_counts.OF_ONE),
        ~visits,
        sa.or_(
            bind("settled", type_=sa.Boolean()),
            sa.func.coalesce(ballots.CHOSEN_ZONE, "") == bind("zone"),
        ),
    )


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
_FILL = Sql(_fill)
_EMPTY = ", ".join(f"NULL AS {gap}" for gap in _GAPS)
at_opening("sqlite", f"CREATE TEMP VIEW IF NOT EXISTS {_VIEW} AS SELECT {_EMPTY}", _trigger())
