"""A report that came back: which mail, which address, how bad, in the words of the server that sent it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.address import Address
from hopnps.models.base import Base
from hopnps.models.delivery import Delivery


class BounceKind(StrEnum):
    """`hard` never works again, `soft` may work tomorrow, `policy` refuses us and not the address."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    COMPLAINT = "complaint"


class Bounce(Base):
    """`fingerprint` names what is told (which mail, how bad), so that the same told twice counts once."""

    __tablename__ = "nps_bounce"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_delivery.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_address.id"), index=True)
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default="")  # RFC 3463, such as 5.1.1
    reason: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[str] = mapped_column(unique=True)
    received_at: Mapped[datetime]

    delivery: Mapped[Delivery] = relationship(back_populates="bounces")
    address: Mapped[Address | None] = relationship()
