"""How the house looks to its clients: name, logo, colours, sender, address line."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base


class Image(Base):
    """A picture we re-encoded ourselves; its public address is its hash."""

    __tablename__ = "nps_image"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str]
    data: Mapped[bytes] = mapped_column(deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]


class Brand(Base):
    """`sender` is an address or `Name <address>`; empty means MAIL_DEFAULT_SENDER.

    `dark_pages`: public pages follow a reader whose device is set to dark.
    """

    __tablename__ = "nps_brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sender: Mapped[str] = mapped_column(default="")
    address_line: Mapped[str] = mapped_column(default="")
    text_colour: Mapped[str] = mapped_column(default="#ffffff")
    background_colour: Mapped[str] = mapped_column(default="#17624a")
    dark_pages: Mapped[bool] = mapped_column(default=True)
    logo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_image.id"))

    logo: Mapped[Image | None] = relationship()

    def __str__(self) -> str:
        return self.name
