"""A long list -> its pages, each found by the row it goes on from: no row before it is counted or read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import request

from hopnps import doors
from hopnps.models.base import Moment
from hopnps.services import scopes

FURTHEST_JUMP = 200  # pages: a database counts off every row that it jumps over
FROM, UPTO = "from", "upto"  # a list goes on after this row, or ends before it
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


class RowByRow:
    """Of a view with a `keyset`; one without is paged as Flask-Admin does."""

    keyset: tuple[Any, ...] = ()  # columns of the default sort, descending, the id last
    seeks_few = False  # a search finds few rows: looked for along the order, all would be read

    def get_list(self, *args: Any, **options: Any) -> Any:
        count, rows = super().get_list(*args, **options)  # type: ignore[misc]
        return count, rows[::-1] if self._edge(UPTO) is not None else rows

    def onward(self, url: str, word: str, row: Any) -> str:
        """A pager's link that goes on after this row (FROM), or back before it (UPTO)."""
        return f"{url}{'&' if '?' in url else '?'}{word}={row.id}" if self.keyset else url

    def _apply_sorting(self, query: Any, joins: Any, sort_column: Any, sort_desc: bool) -> Any:
        if not self.keyset or sort_column is not None:
            return super()._apply_sorting(query, joins, sort_column, sort_desc)  # type: ignore[misc]
        return query.order_by(*(self._sorted_by(one).desc() for one in self.keyset)), joins

    def _apply_pagination(self, query: Any, page: int | None, page_size: int | None) -> Any:
        """From row to row: no row before them is read."""
        after, before = self._edge(FROM), self._edge(UPTO)
        if before is not None:
            query = query.order_by(None).order_by(*map(self._sorted_by, self.keyset))
            query = query.filter(sa.tuple_(*self.keyset) > before)
        elif after is not None:
            query = query.filter(sa.tuple_(*self.keyset) < after)
        known = after is not None or before is not None
        jump = None if known else page
        return super()._apply_pagination(query, jump, page_size)  # type: ignore[misc]

    def _edge(self, word: str) -> Any:
        """The place in the list of the row that the pager's link names; None without one."""
        row = self.get_one(request.args.get(word)) if self.keyset else None  # type: ignore[attr-defined]
        if row is None:
            return None
        places = (sa.literal(getattr(row, one.key), one.type) for one in self.keyset)
        return sa.tuple_(*places)

    def _sorted_by(self, column: Any) -> Any:
        """The column itself; for who sees a few stores, or seeks a few rows, so written that no index is walked in its
        order, as it would be to its end for a store of which nothing is new."""
        few = self.seeks_few and request.args.get("search", "").strip()
        if not (few or scopes.is_small(doors.scope())):
            return column
        never = sa.literal(LONG_AGO if isinstance(column.type, Moment) else 0, column.type)
        return sa.func.nullif(column, never)
