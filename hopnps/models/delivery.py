"""One mail of an invitation: the first (number 1) or a later reminder; the truth about its sending."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base
from hopnps.models.invitation import Invitation


class DeliveryState(StrEnum):
    """`waiting` has a due time; `sending` is claimed until its lease ends; `uncertain` may have left."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


class Delivery(Base):
    __tablename__ = "nps_delivery"
    __table_args__ = (
        sa.UniqueConstraint("invitation_id", "number"),
        sa.Index("ix_nps_delivery_state", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_invitation.id"))
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default=DeliveryState.WAITING)
    reason: Mapped[str] = mapped_column(default="")  # a SkipReason, or the server's own words
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    lease: Mapped[str] = mapped_column(default="")  # which worker holds it
    data_at: Mapped[datetime | None]  # from here on the mail may have left
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(default="")

    invitation: Mapped[Invitation] = relationship(back_populates="deliveries")
