"""A person who may be asked, and what their last answer was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base
from hopnps.models.store import Store

# equality and beginnings by one index, in whatever language the database sorts
BYTEWISE = "text_pattern_ops"


class Contact(Base):
    """Identity is (source, external_id); `address` is the e-mail normalised, the key into `nps_address`.

    Texts are never NULL ('' when unknown) except `external_id`, NULL when the line had none.
    """

    __tablename__ = "nps_contact"
    # PostgreSQL: answers change no column with an index, imports seldom; with room on its page a row changes without them
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id"),
        sa.Index("ix_nps_contact_address", "address", postgresql_ops={"address": BYTEWISE}),
        sa.Index("ix_nps_contact_last_name", "last_name", postgresql_ops={"last_name": BYTEWISE}),
        sa.Index(
            "ix_nps_contact_first_name", "first_name", postgresql_ops={"first_name": BYTEWISE}
        ),
        sa.Index(
            "ix_nps_contact_company",
            "company",
            postgresql_ops={"company": BYTEWISE},
            postgresql_where=sa.text("company <> ''"),
            sqlite_where=sa.text("company <> ''"),
        ),
        sa.Index("ix_nps_contact_store_id", "store_id"),
        {"postgresql_with": {"fillfactor": 50}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str | None]
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    store_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_store.id"))
    owner: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    # the last answer on the official scale, so that a segment needs no join
    last_score: Mapped[int | None]
    last_category: Mapped[str] = mapped_column(default="")
    previous_category: Mapped[str] = mapped_column(default="")
    category_changed_at: Mapped[datetime | None]
    last_answered_at: Mapped[datetime | None]

    store: Mapped[Store | None] = relationship()

    @property
    def name(self) -> str:
        """What to call this person on our screens."""
        return f"{self.first_name} {self.last_name}".strip() or self.company or self.email

    def __str__(self) -> str:
        return self.name
