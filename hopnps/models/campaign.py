"""One mail to everyone in a segment, and those who did not get it, each with the reason."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base, Json
from hopnps.models.contact import Contact
from hopnps.models.segment import Segment
from hopnps.models.survey import Survey
from hopnps.models.template import Template, TemplateVersion


class SkipReason(StrEnum):
    """Why somebody of a segment or a one-shot gets no mail; the code is what the command line prints."""

    NO_ADDRESS = "no_address"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    ASKED_RECENTLY = "asked_recently"
    SAME_ADDRESS = "same_address"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Campaign(Base):
    """`survey` is absent for a plain word without a question. Launching pins the template's version.

    A draft may still lack its template and segment; what is launched has both.
    """

    __tablename__ = "nps_campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    survey_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_survey.id"))
    template_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_template.id"))
    template_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("nps_template_version.id")
    )
    segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_segment.id"))
    due_at: Mapped[datetime]
    launched_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(default="")  # empty: it paused itself
    pause_reason: Mapped[str] = mapped_column(default="")
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str] = mapped_column(default="")
    held_until: Mapped[datetime | None]  # none of its mails may leave before: its hours, its rate
    pace: Mapped[dict[str, Any]] = mapped_column(default=dict)  # its own hours, rate, spreading
    reminder_days: Mapped[list[int]] = mapped_column(
        Json, default=list
    )  # days after the mail before it

    survey: Mapped[Survey | None] = relationship()
    template: Mapped[Template | None] = relationship()
    template_version: Mapped[TemplateVersion | None] = relationship()
    segment: Mapped[Segment | None] = relationship()

    @property
    def planned_for(self) -> datetime | None:
        """The date that was chosen; None: it leaves when it is launched."""
        return self.due_at if self.due_at > self.created_at else None

    def __str__(self) -> str:
        return self.name


class CampaignSkip(Base):
    """Somebody of the segment who got no mail; `askable_on` is the day from which they may be asked."""

    __tablename__ = "nps_campaign_skip"
    __table_args__ = (sa.Index("ix_nps_campaign_skip_contact_id", "contact_id"),)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_campaign.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_contact.id"), primary_key=True)
    reason: Mapped[str]
    askable_on: Mapped[date | None]

    contact: Mapped[Contact] = relationship()
