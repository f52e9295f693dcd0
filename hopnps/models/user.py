"""Who may log in to our own small CRM; a host brings its own users."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base
from hopnps.models.store import Region, Store


class Role(StrEnum):
    SALES = "sales"
    MARKETER = "marketer"
    ADMIN = "admin"


class User(Base):
    """An empty `password_hash` means: invited, has not chosen a password yet."""

    __tablename__ = "nps_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="")  # "light", "dark", or as the machine has it
    password_hash: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    places: Mapped[list[UserPlace]] = relationship(cascade="all, delete-orphan")

    def __str__(self) -> str:
        return self.name or self.email


class UserPlace(Base):
    """A store or a region whose clients a salesperson sees; without any they see the whole house."""

    __tablename__ = "nps_user_place"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "store_id", "region_id"),
        sa.CheckConstraint("(store_id IS NULL) <> (region_id IS NULL)", name="one_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_user.id"))
    store_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_store.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_region.id"))

    store: Mapped[Store | None] = relationship()
    region: Mapped[Region | None] = relationship()
