"""A link of a mail was opened, perhaps by a machine: never an answer."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class Click(Base):
    """`network` is the caller's address shortened to its /24 or /48, never the whole of it."""

    __tablename__ = "nps_click"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_invitation.id"), index=True)
    score: Mapped[int]
    clicked_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")
