"""One mail of an invitation, the first (number 1) or a later reminder, or of a notice: the truth about its sending."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base
from hopnps.models.invitation import Invitation
from hopnps.models.notice import Notice

if TYPE_CHECKING:
    from hopnps.models.bounce import Bounce


class DeliveryState(StrEnum):
    """`waiting` has a due time; `sending` is claimed until its lease ends; `uncertain` may have left."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


class Delivery(Base):
    """It carries an invitation to a client, or a notice to a colleague: one of the two."""

    __tablename__ = "nps_delivery"
    __table_args__ = (
        sa.UniqueConstraint("invitation_id", "number"),
        sa.UniqueConstraint("notice_id", "number"),
        sa.CheckConstraint("(invitation_id IS NULL) <> (notice_id IS NULL)", name="one_cause"),
        sa.Index("ix_nps_delivery_queue", "state", "campaign_id", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_invitation.id"))
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_notice.id"))
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_campaign.id"))  # its queue
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default=DeliveryState.WAITING)
    reason: Mapped[str] = mapped_column(default="")  # a SkipReason, or the server's own words
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    lease: Mapped[str] = mapped_column(default="")  # which worker holds it
    data_at: Mapped[datetime | None]  # from here on the mail may have left
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(default="")

    invitation: Mapped[Invitation] = relationship(back_populates="deliveries")
    notice: Mapped[Notice | None] = relationship(back_populates="delivery")
    bounces: Mapped[list[Bounce]] = relationship(back_populates="delivery", order_by="Bounce.id")
