"""Texts, own attributes, numbers and dates as SQL that SQLite and PostgreSQL answer alike."""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_ACCENTED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŸàáâãäåçèéêëìíîïñòóôõöùúûüýÿŒÆ"
_PLAIN = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyyœæ"
_TABLE = str.maketrans(_ACCENTED + ascii_uppercase, _PLAIN + ascii_lowercase)
_CLASSES = {mark: f"[{mark}]" for mark in "*?["} | {
    plain: "[" + plain + "".join(chr(mark) for mark, to in _TABLE.items() if to == ord(plain)) + "]"
    for plain in sorted({chr(to) for to in _TABLE.values()})
}
SPACES = (" ", "\u00a0", "\u202f")  # what French writes between thousands
LONGEST_NUMBER = 20


def reads_as(
    column: Any, text: str, *, before: bool = False, after: bool = False
) -> sa.ColumnElement[bool]:
    """Whether a column reads as this text, whatever the accents and the case.

    `before` and `after` let more text stand there. Neither database does this alike by itself: SQLite knows no letter
    beyond ASCII, PostgreSQL those of its locale.
    """
    folded = text.translate(_TABLE)
    like = "".join(f"/{mark}" if mark in "/%_" else mark for mark in folded)
    glob = "".join(_CLASSES.get(mark, mark) for mark in folded)
    return _reads_as(
        column,
        sa.literal("%" * before + like + "%" * after),
        sa.literal("*" * before + glob + "*" * after),
    )


def spellings(letter: str) -> list[str]:
    """Every way to write one letter that `reads_as` takes for it: "e" is also "E", "é", "È"."""
    folded = letter.translate(_TABLE)
    return sorted(
        set(_CLASSES.get(folded, folded).strip("[]") or folded) | {letter.lower(), letter.upper()}
    )


class _Condition(FunctionElement[bool]):
    """True or false as it stands: for SQLite, SQLAlchemy would write ` = 1` behind it and have that asked of each row."""

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        return self


class _reads_as(_Condition):  # noqa: N801
    """PostgreSQL folds the column; SQLite is given each letter's class, for its nested replaces end at 30."""

    inherit_cache = True


@compiles(_reads_as, "postgresql")
def _reads_as_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, like, _glob = element.clauses
    text = f"translate({compiler.process(column, **options)}, '{_ACCENTED}', '{_PLAIN}')"
    return f"(lower({text} COLLATE \"C\") LIKE {compiler.process(like, **options)} ESCAPE '/')"


@compiles(_reads_as)
def _reads_as_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, _like, glob = element.clauses
    return f"({compiler.process(column, **options)} GLOB {compiler.process(glob, **options)})"


def json_text(column: Any, key: str) -> sa.ColumnElement[str]:
    """The value under a key as text, NULL without one; any key, quotes and dots included."""
    kind = _plain_json_text if PLAIN_KEY.fullmatch(key) else _json_text
    return kind(column, sa.literal(key))


PLAIN_KEY = re.compile("[A-Za-z_][A-Za-z0-9_]*")


class _json_text(FunctionElement[str]):  # noqa: N801
    type = sa.Text()
    inherit_cache = True


class _plain_json_text(_json_text):  # noqa: N801
    inherit_cache = True


@compiles(_plain_json_text, "postgresql")
@compiles(_json_text, "postgresql")
def _json_text_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, key = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} ->> CAST({key} AS TEXT))"


@compiles(_plain_json_text)
def _plain_json_text_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, key = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST(json_extract({column}, '$.' || {key}) AS TEXT)"


@compiles(_json_text)
def _json_text_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # not json_extract: its path takes a quote, a dot or a digit in the key for syntax, and no escaped letter
    column, key = (compiler.process(one, **options) for one in element.clauses)
    return f"(SELECT CAST(value AS TEXT) FROM json_each({column}) WHERE key = {key} LIMIT 1)"  # noqa: S608  (both are compiled, the key is a parameter)


class looks_like(_Condition):  # noqa: N801
    """looks_like(text, shape), where shape is one of SHAPES."""

    inherit_cache = True

    def __init__(self, text: Any, shape: str) -> None:
        super().__init__(text, sa.literal_column(f"'{shape}'"))


_NUMBER = (
    "{0} GLOB '*[0-9]' AND ({0} GLOB '[0-9]*' OR {0} GLOB '-[0-9]*')"
    " AND {0} NOT GLOB '*[^0-9.-]*' AND {0} NOT GLOB '?*-*' AND {0} NOT GLOB '*.*.*'"
)
SHAPES = {
    "number": ("^-?[0-9]+([.][0-9]+)?$", _NUMBER),
    "iso": (
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'",
    ),
    "french": (
        "^[0-9]{2}/[0-9]{2}/[0-9]{4}",
        "{0} GLOB '[0-9][0-9]/[0-9][0-9]/[0-9][0-9][0-9][0-9]*'",
    ),
}


@compiles(looks_like, "postgresql")
def _looks_like_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    text, shape = (compiler.process(one, **options) for one in element.clauses)
    return f"({text} ~ '{SHAPES[shape.strip(chr(39))][0]}')"


@compiles(looks_like)
def _looks_like_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    text, shape = (compiler.process(one, **options) for one in element.clauses)
    return f"({SHAPES[shape.strip(chr(39))][1].format(text)})"


def number_in(text: sa.ColumnElement[str]) -> sa.ColumnElement[float]:
    """The number a text holds, "1 284,50" or "-3.5"; NULL if it holds none."""
    plain: sa.ColumnElement[Any] = text
    for space in SPACES:
        plain = sa.func.replace(plain, space, "")
    plain = sa.func.replace(plain, ",", ".")
    fits = sa.and_(sa.func.length(plain) <= LONGEST_NUMBER, looks_like(plain, "number"))
    return sa.case((fits, sa.cast(plain, sa.Double())))


def day_in(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The day a text begins with, 31/03/2026 or 2026-03-31, as `2026-03-31`; NULL if with none.

    Compare it with isoformat() of a date: ten ASCII characters sort alike everywhere.
    """
    trimmed = sa.func.trim(text)

    def part(start: int, length: int) -> sa.ColumnElement[str]:
        return sa.func.substr(trimmed, start, length, type_=sa.Text())

    french = part(7, 4).concat("-").concat(part(4, 2)).concat("-").concat(part(1, 2))
    return sa.case(
        (looks_like(trimmed, "iso"), part(1, 10)),
        (looks_like(trimmed, "french"), french),
    )


class month_of(FunctionElement[Any]):  # noqa: N801
    """month_of(day): the first day of its month."""

    type = sa.Date()
    inherit_cache = True


@compiles(month_of, "postgresql")
def _month_of_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    (day,) = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST(date_trunc('month', {day}) AS DATE)"


@compiles(month_of)
def _month_of_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    (day,) = (compiler.process(one, **options) for one in element.clauses)
    return f"date({day}, 'start of month')"
