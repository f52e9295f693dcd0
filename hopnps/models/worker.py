"""A process that sends: when it began and when it was last seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class Worker(Base):
    """`name` is host and process number; a row that is no longer seen belongs to a dead one."""

    __tablename__ = "nps_worker"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
