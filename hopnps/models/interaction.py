"""What happened between the house and a client: an order, a ticket, a repair."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base
from hopnps.models.contact import Contact
from hopnps.models.store import Store


class Interaction(Base):
    __tablename__ = "nps_interaction"
    __table_args__ = (
        sa.UniqueConstraint("source", "kind", "reference"),
        sa.Index("ix_nps_interaction_contact_id", "contact_id", "kind", "occurred_at"),
        sa.Index("ix_nps_interaction_reference", "reference"),
        sa.Index("ix_nps_interaction_store_id", "store_id"),
        sa.Index("ix_nps_interaction_occurred_at", "occurred_at", "id"),  # the latest first
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    reference: Mapped[str]
    occurred_at: Mapped[datetime]
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_contact.id"))
    store_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_store.id"))
    agent: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    contact: Mapped[Contact] = relationship()
    store: Mapped[Store | None] = relationship()

    def __str__(self) -> str:
        return self.reference
