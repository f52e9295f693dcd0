"""A column and a question -> a filter above a list: one of these, contains, from this day, until this day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask_admin.contrib.sqla.filters import BaseSQLAFilter

from hopnps import doors
from hopnps.i18n import gettext as _
from hopnps.models.base import join_tags


def begins(column: Any, text: str) -> Any:
    """Whether a column begins with this text."""
    return column.startswith(text, autoescape=True)


def name_of(one: BaseSQLAFilter) -> str:
    """What a link calls a filter: flt_<name>; its column, or since and until."""
    return getattr(one, "link_name", "") or one.column.key


class OneOf(BaseSQLAFilter):
    """A choice; `options` is a list of (value, words) or a callable that returns one."""

    kind = "choice"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias) == self._typed(value))

    def validate(self, value: str) -> bool:
        return not value.strip() or value in {
            str(known) for known, _words in self.get_options(None)
        }

    def operation(self) -> str:
        return _("is")

    def _typed(self, value: str) -> Any:
        return int(value) if self.column.type.python_type is int else value


class Contains(BaseSQLAFilter):
    """A part of a text, in any case."""

    kind = "text"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias).icontains(value.strip(), autoescape=True))

    def operation(self) -> str:
        return _("contains")


class Tagged(BaseSQLAFilter):
    """One whole tag of a list of tags."""

    kind = "text"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        text = sa.type_coerce(self.get_column(alias), sa.Text)
        return query.filter(text.contains(join_tags([value]), autoescape=True))

    def operation(self) -> str:
        return _("is")


class _Day(BaseSQLAFilter):
    """A day typed as 2026-03-02; a moment's column is compared at the house's midnight."""

    kind = "day"

    def validate(self, value: str) -> bool:
        try:
            return not value.strip() or bool(date.fromisoformat(value))
        except ValueError:
            return False

    def edge(self, day: date) -> date | datetime:
        if isinstance(self.column.type, sa.Date):
            return day
        return datetime.combine(day, time(), doors.house().timezone)


class Since(_Day):
    link_name = "since"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias) >= self.edge(date.fromisoformat(value)))

    def operation(self) -> str:
        return _("from this day")


class Until(_Day):
    """The named day is still in."""

    link_name = "until"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        after = date.fromisoformat(value) + timedelta(days=1)
        return query.filter(self.get_column(alias) < self.edge(after))

    def operation(self) -> str:
        return _("until this day")
