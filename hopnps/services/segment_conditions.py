"""One condition of a rule on one column -> SQL that is true or false, never unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa

from hopnps.domain.conditions import Condition
from hopnps.domain.periods import day_end, day_of, day_start
from hopnps.services.portable import day_in, number_in, reads_as

Column = Any
Clause = sa.ColumnElement[bool]


@dataclass(frozen=True)
class When:
    """The moment a rule is asked, and where a day begins."""

    now: datetime
    timezone: tzinfo = UTC

    @property
    def today(self) -> date:
        return day_of(self.now, self.timezone)


def each(conditions: Iterable[Condition], one: Any) -> Clause:
    """All conditions of a leaf, each by the function `one(condition)`."""
    return sa.and_(sa.true(), *(one(condition) for condition in conditions))


def text_meets(column: Column, condition: Condition) -> Clause:
    """A text that is never NULL, without accents or case."""
    value = condition.value
    match condition.operator:
        case "is":
            return reads_as(column, value)
        case "in":
            return sa.or_(*(reads_as(column, one) for one in value))
        case "contains":
            return reads_as(column, value, before=True, after=True)
        case "starts_with":
            return reads_as(column, value, after=True)
        case "ends_with":
            return reads_as(column, value, before=True)
    return emptiness(column == "", condition)


def code_meets(column: Column, condition: Condition) -> Clause:
    """A text compared letter for letter, so that its index helps."""
    value = condition.value
    known = sa.and_(column.is_not(None), column != "")
    match condition.operator:
        case "is":
            return sa.and_(known, column == value)
        case "in":
            return sa.and_(known, column.in_(value))
        case "starts_with":
            return sa.and_(known, sa.func.substr(column, 1, len(value)) == value)
    return emptiness(~known, condition)


def tags_meet(column: Column, condition: Condition) -> Clause:
    text = sa.type_coerce(column, sa.Text())
    if condition.operator == "empty":
        return emptiness(text == "", condition)
    value = condition.value
    wanted = (value,) if isinstance(value, str) else value
    found = [
        reads_as(text, f"|{one.replace('|', '/')}|", before=True, after=True) for one in wanted
    ]
    return sa.and_(*found) if condition.operator == "has_all" else sa.or_(*found)


def number_meets(column: Column, condition: Condition) -> Clause:
    if condition.operator == "empty":
        return emptiness(column.is_(None), condition)
    # as a float: 8.5 may be asked of whole numbers
    value: Column = sa.literal(float(condition.value), sa.Double())
    match condition.operator:
        case "is":
            asked = column == value
        case "at_least":
            asked = column >= value
        case _:
            asked = column <= value
    return sa.and_(column.is_not(None), asked)


def moment_meets(column: Column, condition: Condition, when: When) -> Clause:
    """A moment in UTC: local days for "since" and "until", whole times 24 hours for "days"."""
    value = condition.value
    match condition.operator:
        case "since":
            asked = column >= day_start(value, when.timezone)
        case "until":
            asked = column < day_end(value, when.timezone)
        case "within_days":
            asked = sa.and_(column > when.now - timedelta(days=value), column <= when.now)
        case "older_than_days":
            asked = column <= when.now - timedelta(days=value)
        case _:
            return emptiness(column.is_(None), condition)
    return sa.and_(column.is_not(None), asked)


def attribute_meets(text: Column, condition: Condition, when: When) -> Clause:
    """An own attribute: a text that may be missing, and may hold a number or a day."""
    value, operator = condition.value, condition.operator
    if isinstance(value, date) or operator in ("within_days", "older_than_days"):
        return _day_meets(day_in(text), condition, when)
    if operator in ("at_least", "at_most") or (operator == "is" and not isinstance(value, str)):
        return number_meets(number_in(text), condition)
    return text_meets(sa.func.coalesce(text, ""), condition)


def _day_meets(day: Column, condition: Condition, when: When) -> Clause:
    value = condition.value
    match condition.operator:
        case "since":
            asked = day >= value.isoformat()
        case "until":
            asked = day <= value.isoformat()
        case "within_days":
            first = when.today - timedelta(days=value)
            asked = sa.and_(day > first.isoformat(), day <= when.today.isoformat())
        case _:
            asked = day <= (when.today - timedelta(days=value)).isoformat()
    return sa.and_(day.is_not(None), asked)


def emptiness(is_empty: Clause, condition: Condition) -> Clause:
    """`"empty": true` or false."""
    return is_empty if condition.value else ~is_empty
