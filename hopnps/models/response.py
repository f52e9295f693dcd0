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


class Evidence(StrEnum):
    """How sure it is that a person gave this answer: they sent it, or their click alone says so."""

    CONFIRMED = "confirmed"
    CLICK_ONLY = "click-only"


class Way(StrEnum):
    """How a score came to us: somebody pressed the button, the page sent it after a gesture, or a click was judged."""

    BUTTON = "button"
    PAGE = "page"
    CLICK = "click"


class Response(Base):
    """Store, region, agent and language are those of that moment: moving a contact rewrites no history.

    `import_key` tells a past answer apart within its survey; NULL for an answer given through a link.
    `campaign_name` names an old campaign that we did not run. `browser` is the family of what sent the last confirmed
    vote; `conflict_at` the moment at which another one sent another score. Who excluded it stands beside `excluded_at`:
    an excluded answer counts nowhere (services/counted.py).
    """

    __tablename__ = "nps_response"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "import_key"),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name="score_0_to_10"),
        sa.Index(  # holds all that the dashboard counts, which then reads no answer itself
            "ix_nps_response_scale",
            *("scale", "answered_on", "survey_id", "store_id", "region_id", "score", "contact_id"),
            *("excluded_at", "evidence"),
        ),
        sa.Index("ix_nps_response_store_id", "store_id", "answered_on", "score", "excluded_at"),
        sa.Index("ix_nps_response_contact_id", "contact_id", "answered_at"),
        sa.Index("ix_nps_response_answered_at", "answered_at"),
        sa.Index(  # the newest comments
            "ix_nps_response_comment",
            *("scale", "answered_at", "id"),
            sqlite_where=sa.text("comment <> ''"),
            postgresql_where=sa.text("comment <> ''"),
        ),
        sa.Index(  # the names of old campaigns
            "ix_nps_response_campaign_name",
            "campaign_name",
            sqlite_where=sa.text("campaign_name <> ''"),
            postgresql_where=sa.text("campaign_name <> ''"),
        ),
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
    evidence: Mapped[str] = mapped_column(default=Evidence.CONFIRMED)
    browser: Mapped[str] = mapped_column(default="")
    conflict_at: Mapped[datetime | None]
    excluded_at: Mapped[datetime | None]
    excluded_by: Mapped[str] = mapped_column(default="")
    excluded_why: Mapped[str] = mapped_column(default="")

    survey: Mapped[Survey] = relationship()
    invitation: Mapped[Invitation | None] = relationship(back_populates="response")
    contact: Mapped[Contact | None] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    store: Mapped[Store | None] = relationship()
    region: Mapped[Region | None] = relationship()
    changes: Mapped[list[ResponseChange]] = relationship(
        back_populates="response", order_by="ResponseChange.id"
    )
    exclusions: Mapped[list[ResponseExclusion]] = relationship(order_by="ResponseExclusion.id")


class ResponseChange(Base):
    """What an answer was after each post, so that a changed mind stays visible; with what speaks for it.

    `conflict`: another browser had confirmed another score before.
    """

    __tablename__ = "nps_response_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_response.id"), index=True)
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]
    evidence: Mapped[str] = mapped_column(default=Evidence.CONFIRMED)
    way: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")
    conflict: Mapped[bool] = mapped_column(default=False)

    response: Mapped[Response] = relationship(back_populates="changes")


class ResponseExclusion(Base):
    """Who took an answer out of the figures or back into them, when and why: written once, never changed."""

    __tablename__ = "nps_response_exclusion"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_response.id"), index=True)
    excluded: Mapped[bool]
    by: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
