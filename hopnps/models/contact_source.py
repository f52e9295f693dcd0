"""Where a host's contacts come from, and up to which moment they were read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class ContactSource(Base):
    __tablename__ = "nps_contact_source"

    name: Mapped[str] = mapped_column(primary_key=True)
    read_until: Mapped[datetime | None]
