"""What is true of an e-mail address, whoever bears it: it was asked, it refuses, it does not work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class Address(Base):
    """A row is made when there is something to know, never by an import; an import therefore cannot resubscribe."""

    __tablename__ = "nps_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    last_asked_at: Mapped[datetime | None]
    unsubscribed_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    bounce_reason: Mapped[str] = mapped_column(default="")

    def __str__(self) -> str:
        return self.email
