"""Where clients are served: a tree of regions, stores its leaves; a store may also stand in no region."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base


class Region(Base):
    """`name_key` is the name as `domain.text.name_key` folds it: "Île-de-France" and "ile de france" are one region."""

    __tablename__ = "nps_region"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_region.id"), index=True)

    parent: Mapped[Region | None] = relationship(remote_side=[id])

    def __str__(self) -> str:
        return self.name


class Store(Base):
    __tablename__ = "nps_store"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_region.id"), index=True)

    region: Mapped[Region | None] = relationship(lazy="joined")

    def __str__(self) -> str:
        return self.name
