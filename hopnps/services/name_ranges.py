"""Letters as somebody types them -> the ids of clients whose text begins so, from the text's index alone.

An index holds names as they were written: "Élodie", "ELODIE", "elodie" stand far apart in it. Each way to write the
first letters is one short range of the index; what it holds is then compared letter by letter by `portable.reads_as`.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import Contact
from hopnps.services.portable import reads_as, spellings
from hopnps.services.scopes import by_the_row

MOST_RANGES = 60
_LAST = "\U0010ffff"


def beginning(
    column: Any, text: str, *, scope: Scope = WHOLE_HOUSE, limit: int
) -> sa.CompoundSelect[Any]:
    """The ids of at most `limit` clients the scope sees whose `column`, which has an index, reads as this text at its
    beginning."""
    reads = reads_as(column, text, after=True)
    known = column != ""  # a partial index leaves out who has none
    seen = by_the_row(scope)
    arms = (
        sa.select(Contact.id).where(stands_between(column, low, high), reads, known, seen)
        for low, high in ranges(text)
    )
    return sa.union_all(*arms).limit(limit)


def ranges(text: str) -> list[tuple[str, str]]:
    """Where in an index texts that read so begin: pairs of a lowest and a highest text."""
    openings = [""]
    for letter in text:
        longer = ["".join(pair) for pair in product(openings, spellings(letter))]
        if len(longer) > MOST_RANGES:
            break
        openings = longer
    return [(opening, opening + _LAST) for opening in sorted(openings)]


class stands_between(FunctionElement[Any]):  # noqa: N801
    """stands_between(column, low, high), byte by byte, as the index compares whatever the language of the database.

    It has no type: SQLAlchemy writes a boolean as `(...) = 1` for SQLite, which then leaves the index alone.
    """

    inherit_cache = True

    def __init__(self, column: Any, low: Any, high: Any) -> None:
        super().__init__(column, low, high)


@compiles(stands_between, "postgresql")
def _by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, low, high = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} ~>=~ {low} AND {column} ~<~ {high})"


@compiles(stands_between)
def _by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, low, high = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} >= {low} AND {column} < {high})"
