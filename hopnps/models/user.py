"""Who may log in to our own small CRM; a host brings its own users."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


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
    password_hash: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    def __str__(self) -> str:
        return self.name or self.email
