"""The ground every table stands on: our own metadata, UTC moments, lists of tags."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; SQLite keeps it naive, so the zone is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TagList(TypeDecorator[list[str]]):
    """A list of tags as one sorted text, `|vip|workshop|`, which both databases compare and search alike."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Any) -> str:
        return join_tags(value or [])

    def process_result_value(self, value: str | None, dialect: Any) -> list[str]:
        return [tag for tag in (value or "").split("|") if tag]


def join_tags(tags: list[str]) -> str:
    """Tags -> the stored text; a bar inside a tag becomes a slash."""
    kept = sorted({tag.strip().replace("|", "/") for tag in tags} - {""})
    return f"|{'|'.join(kept)}|" if kept else ""


class Base(DeclarativeBase):
    """Our own metadata, so that we can live in any host's database."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Moment,
        dict[str, Any]: Json,
        list[str]: TagList,
        str: sa.Text,
    }
