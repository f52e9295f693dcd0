"""A list of row numbers -> one condition with one parameter, found by key on both databases, whatever its length."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Ids(TypeDecorator[Iterable[int]]):
    """Row numbers as one text: JSON for SQLite, an array for PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, dialect: Any) -> str:
        listed = ",".join(map(str, value or ()))
        return f"{{{listed}}}" if dialect.name == "postgresql" else f"[{listed}]"


class among(FunctionElement[bool]):  # noqa: N801
    """among(column, ids): its value is one of these. `ids` may be the name of a parameter given at execution."""

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: Any, ids: Iterable[int] | str) -> None:
        if isinstance(ids, str):
            super().__init__(column, sa.bindparam(ids, type_=Ids()))
        else:
            super().__init__(column, sa.bindparam("ids", list(ids), type_=Ids(), unique=True))

    def self_group(self, against: Any = None) -> among:
        """As it is: SQLAlchemy would write `= 1` behind it for SQLite, which then reads the whole table."""
        return self


@compiles(among, "postgresql")
def _among_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} = ANY(CAST({ids} AS INTEGER[])))"


@compiles(among)
def _among_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({ids})))"  # noqa: S608  (both are compiled)


class among_found(FunctionElement[bool]):  # noqa: N801
    """among_found(column, select): its value is one of those that this finds, a few of many rows, by key as above."""

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: Any, numbers: sa.Select[Any]) -> None:
        super().__init__(column, numbers.scalar_subquery())

    def self_group(self, against: Any = None) -> among_found:
        """As `among` does."""
        return self


@compiles(among_found, "postgresql")
def _found_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    # as a list it is found first; as a table it is joined, for which all rows may be read
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} = ANY(ARRAY{numbers}))"


@compiles(among_found)
def _found_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} IN {numbers})"


class TextsById(TypeDecorator[Mapping[int, str]]):
    """Row numbers, each with a text, as one JSON text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[int, str] | None, dialect: Any) -> str:
        return json.dumps(value or {})


class text_of(FunctionElement[str]):  # noqa: N801
    """text_of(column, name): the text that the parameter `name`, TextsById, gives for this row number."""

    type = sa.Text()
    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=TextsById()))


@compiles(text_of, "postgresql")
def _text_of_by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    # in a select of its own, which is read once and not for each row
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    return f"((SELECT CAST({texts} AS JSONB)) ->> CAST({column} AS TEXT))"


@compiles(text_of)
def _text_of_by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    return f"json_extract({texts}, '$.' || {column})"
