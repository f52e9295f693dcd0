"""Somebody's word that an address may be written to again: what stood against it, who said so, when, at whose request."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.address import Address
from hopnps.models.base import Base


class ClearingKind(StrEnum):
    """What was lifted: an address that did not work, or a person's wish to hear no more."""

    BOUNCE = "bounce"
    UNSUBSCRIPTION = "unsubscription"


class AddressClearing(Base):
    """`since` and `words` are what the address had said until then; `request` is how the person asked for it."""

    __tablename__ = "nps_address_clearing"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_address.id"), index=True)
    kind: Mapped[str]
    since: Mapped[datetime]
    words: Mapped[str] = mapped_column(default="")
    request: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    at: Mapped[datetime]

    address: Mapped[Address] = relationship()
