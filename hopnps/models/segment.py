"""A rule that finds contacts; its members are asked of the database, never stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class Segment(Base):
    """`rule` is data in the grammar of `domain.rules`; an empty rule is everyone."""

    __tablename__ = "nps_segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    def __str__(self) -> str:
        return self.name
