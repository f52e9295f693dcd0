"""One cause to write to one address; it owns the token and at most one response."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.address import Address
from hopnps.models.base import Base
from hopnps.models.campaign import Campaign
from hopnps.models.contact import Contact
from hopnps.models.interaction import Interaction
from hopnps.models.survey import Survey, SurveyVersion
from hopnps.models.template import TemplateVersion

if TYPE_CHECKING:
    from hopnps.models.delivery import Delivery
    from hopnps.models.response import Response


class Invitation(Base):
    """`cause` names what made us write: `campaign:7`, `interaction:12:survey:1`, `one-shot:<nonce>`.

    Without a survey the mail is a plain word: its token can unsubscribe, not answer.
    """

    __tablename__ = "nps_invitation"
    __table_args__ = (
        sa.UniqueConstraint("cause", "address_id"),
        sa.Index("ix_nps_invitation_contact_id", "contact_id"),
        sa.Index("ix_nps_invitation_campaign_id", "campaign_id"),
        sa.Index("ix_nps_invitation_address_id", "address_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str]
    address_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_address.id"))
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_contact.id"))
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_campaign.id"))
    interaction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_interaction.id"))
    survey_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_survey.id"))
    survey_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_survey_version.id"))
    template_version_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_template_version.id"))
    language: Mapped[str]
    created_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    address: Mapped[Address] = relationship()
    contact: Mapped[Contact] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    interaction: Mapped[Interaction | None] = relationship()
    survey: Mapped[Survey | None] = relationship()
    survey_version: Mapped[SurveyVersion | None] = relationship()
    template_version: Mapped[TemplateVersion] = relationship()
    deliveries: Mapped[list[Delivery]] = relationship(
        back_populates="invitation", order_by="Delivery.number"
    )
    response: Mapped[Response | None] = relationship(back_populates="invitation")
