"""The answers of contacts -> what each contact's row says of the last of them.

Answers are those on the official scale that count (services/counted.py), in the order of their moments (then of their ids).
- `last_score`, `last_category`, `last_answered_at`: the last answer.
- `previous_category`: the category of the answer before it, '' if there is none; it may be the same one.
- `category_changed_at`: when the present run of the last category began, NULL if no answer fell into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Contact, Response, Scale
from hopnps.services.counted import counted

FIELDS = (
    "last_score",
    "last_category",
    "previous_category",
    "category_changed_at",
    "last_answered_at",
)
AT_ONCE = 5000  # ids in one statement: well under what either database takes


def refresh_contacts(session: Session, contact_ids: Iterable[int] | None) -> None:
    """Work out the last answer of these contacts, or of all (None), from the answers there are."""
    session.flush()
    if contact_ids is None:
        _refresh(session, sa.true(), sa.true())
    else:
        for ids in _slices(contact_ids):
            _refresh(session, Response.contact_id.in_(ids), Contact.id.in_(ids))
    for row in list(session.identity_map.values()):
        if isinstance(row, Contact):
            session.expire(row, FIELDS)


def told_again(contact_id: Any) -> sa.Update:
    """The statement that works it out for one contact who has an answer that counts."""
    return _told(Response.contact_id == contact_id)


def _told(theirs: Any) -> sa.Update:
    latest = _latest(theirs)
    values = {name: latest.c[name] for name in FIELDS}
    stale = sa.or_(*(getattr(Contact, name).is_distinct_from(values[name]) for name in FIELDS))
    return sa.update(Contact).where(Contact.id == latest.c.contact_id, stale).values(values)


def _refresh(session: Session, theirs: Any, they: Any) -> None:
    told = _told(theirs)
    silent = sa.update(Contact).where(
        they,
        Contact.last_answered_at.is_not(None),
        ~sa.exists().where(
            Response.contact_id == Contact.id, Response.scale == Scale.OFFICIAL, counted()
        ),
    )
    nothing = {name: "" if name.endswith("category") else None for name in FIELDS}
    for statement in (told, silent.values(nothing)):
        session.execute(statement.execution_options(synchronize_session=False))


def _latest(theirs: Any) -> sa.CTE:
    """One row for each contact who answered, with the columns FIELDS."""
    order: dict[str, Any] = {
        "partition_by": Response.contact_id,
        "order_by": (Response.answered_at.desc(), Response.id.desc()),
    }
    aged = (
        sa.select(
            Response.contact_id,
            Response.score,
            Response.category,
            Response.answered_at,
            sa.func.row_number().over(**order).label("age"),
            sa.func.first_value(Response.category).over(**order).label("latest"),
        )
        .where(
            Response.scale == Scale.OFFICIAL,
            Response.contact_id.is_not(None),
            counted(),
            theirs,
        )
        .subquery("aged")
    )
    other = sa.case((aged.c.category != aged.c.latest, aged.c.age))
    turned = sa.select(
        aged,
        sa.func.min(other).over(partition_by=aged.c.contact_id).label("turn"),
    ).subquery("turned")  # `turn` is the age of the newest answer of another category

    def at(age: Any, column: Any) -> Any:
        return sa.func.max(sa.case((turned.c.age == age, column)))

    return (
        sa.select(
            turned.c.contact_id,
            at(1, turned.c.score).label("last_score"),
            at(1, turned.c.category).label("last_category"),
            sa.func.coalesce(at(2, turned.c.category), "").label("previous_category"),
            at(turned.c.turn - 1, turned.c.answered_at).label("category_changed_at"),
            at(1, turned.c.answered_at).label("last_answered_at"),
        )
        .group_by(turned.c.contact_id)
        .cte("latest_answer")
    )


def _slices(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        yield some
