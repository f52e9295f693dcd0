"""A mail to a colleague: how to log in, a mail to look at before a campaign leaves, a campaign that stopped itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base

if TYPE_CHECKING:
    from hopnps.models.delivery import Delivery


class NoticeKind(StrEnum):
    """`TEST` shows a colleague the mail that clients will get; it is counted nowhere. `PAUSED` tells administrators
    of a campaign that stopped itself."""

    WELCOME = "welcome"
    NEW_PASSWORD = "new_password"  # noqa: S105
    TEST = "test"
    PAUSED = "paused"


class Notice(Base):
    """`facts` are ids and words that its mail is written from when it leaves; no secret ever stands in them."""

    __tablename__ = "nps_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")

    delivery: Mapped[Delivery | None] = relationship(back_populates="notice")
