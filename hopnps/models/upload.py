"""A file somebody gave us to import, kept between its preview and its "yes"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class Upload(Base):
    """`kind` is what it holds (contacts, interactions, responses); `options` its mapping and choices."""

    __tablename__ = "nps_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    filename: Mapped[str]
    data: Mapped[bytes] = mapped_column(deferred=True)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(default="")
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="")


class UploadChange(Base):
    """What an import changed, row by row, so that the last one can be taken back; `was` is NULL for a new row."""

    __tablename__ = "nps_upload_change"

    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_upload.id"), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True)
    was: Mapped[dict[str, Any] | None]


class UploadWork(Base):
    """What somebody wants done with a long file, and how far it is: apart, so that telling it rewrites no file.

    `wish` is '' once it is done. A fresh wish has no `lease`; whoever works at it holds one until `leased_until`,
    after which anybody may begin anew. `report` is what the last check found.
    """

    __tablename__ = "nps_upload_work"

    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_upload.id"), primary_key=True)
    wish: Mapped[str]
    lease: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[datetime]
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
