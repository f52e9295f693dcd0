"""How many mails were let go in one minute, in all or to one receiving domain: what a rate is kept by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class Quota(Base):
    """`scope` is `house`, `campaign:7` or `domain:example.org`; `minute` is its first second. Under `lately <scope>`
    stands what was let go in each half second."""

    __tablename__ = "nps_quota"

    scope: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(default=0)
