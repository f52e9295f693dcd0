"""An answer: a score from 0 to 10, perhaps a comment, and where it was true when it was given."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base
from hopnps.models.campaign import Campaign
from hopnps.models.contact import Contact
from hopnps.models.invitation import Invitation
from hopnps.models.store import Region, Store
from hopnps.models.survey import Survey


class Channel(StrEnum):
    MAIL = "mail"
    IMPORT = "import"


class Scale(StrEnum):
    """`LEGACY` scores keep their own scale: they have no category and enter no NPS."""

    OFFICIAL = "0-10"
    LEGACY = "1-10"


class Response(Base):
    """Store, region, agent and language are those of that moment: moving a contact rewrites no history.

    `import_key` tells a past answer apart within its survey; NULL for an answer given through a link.
    `campaign_name` names an old campaign that we did not run.
    """

    __tablename__ = "nps_response"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "import_key"),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name="score_0_to_10"),
        sa.Index(  # holds all that the dashboard counts, which then reads no answer itself
            "ix_nps_response_scale",
            *("scale", "answered_on", "survey_id", "store_id", "region_id", "score", "contact_id"),
        ),
        sa.Index("ix_nps_response_store_id", "store_id", "answered_on", "score"),
        sa.Index("ix_nps_response_contact_id", "contact_id", "answered_at"),
        sa.Index("ix_nps_response_answered_at", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_survey.id"))
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("nps_invitation.id"), unique=True
    )
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_contact.id"))
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_campaign.id"), index=True)
    campaign_name: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default=Channel.MAIL)
    import_key: Mapped[str | None]
    score: Mapped[int]
    scale: Mapped[str] = mapped_column(default=Scale.OFFICIAL)
    category: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]
    answered_on: Mapped[date]
    store_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_store.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_region.id"))
    agent: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")

    survey: Mapped[Survey] = relationship()
    invitation: Mapped[Invitation | None] = relationship(back_populates="response")
    contact: Mapped[Contact | None] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    store: Mapped[Store | None] = relationship()
    region: Mapped[Region | None] = relationship()
    changes: Mapped[list[ResponseChange]] = relationship(
        back_populates="response", order_by="ResponseChange.id"
    )


class ResponseChange(Base):
    """What an answer was after each post, so that a changed mind stays visible."""

    __tablename__ = "nps_response_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_response.id"), index=True)
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]

    response: Mapped[Response] = relationship(back_populates="changes")
