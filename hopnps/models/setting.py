"""What an administrator chose on the screen, over the file and under the environment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class Setting(Base):
    """`value` is `{"value": ...}`, checked as `hopnps.settings` checks the same key elsewhere."""

    __tablename__ = "nps_setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(default="")
