"""The question, in each language, and the three pages that thank for an answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base
from hopnps.models.brand import Brand, Image
from hopnps.models.template import Template


class SurveyKind(StrEnum):
    """`relational` asks about the house, `transactional` about one interaction."""

    RELATIONAL = "relational"
    TRANSACTIONAL = "transactional"


class Survey(Base):
    __tablename__ = "nps_survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default=SurveyKind.RELATIONAL)
    brand_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_brand.id"))
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_template.id"))
    sender: Mapped[str] = mapped_column(default="")
    frequency_days: Mapped[int | None]  # None: the house's rule
    edit_days: Mapped[int] = mapped_column(default=30)  # a client may change an answer so long
    created_at: Mapped[datetime]

    brand: Mapped[Brand] = relationship()
    template: Mapped[Template] = relationship()
    texts: Mapped[list[SurveyText]] = relationship(
        back_populates="survey", order_by="SurveyText.language", cascade="all, delete-orphan"
    )
    pages: Mapped[list[ThankYouPage]] = relationship(
        back_populates="survey", cascade="all, delete-orphan"
    )

    def text_in(self, language: str) -> SurveyText:
        """The question in this language, else the first there is."""
        return next((text for text in self.texts if text.language == language), self.texts[0])

    def page_for(self, category: str, language: str) -> ThankYouPage:
        """The thank-you page of this category in this language, else in the first there is."""
        pages = [page for page in self.pages if page.category == category]
        return next((page for page in pages if page.language == language), pages[0])

    def __str__(self) -> str:
        return self.name


class SurveyText(Base):
    __tablename__ = "nps_survey_text"
    __table_args__ = (sa.UniqueConstraint("survey_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_survey.id"))
    language: Mapped[str]
    question: Mapped[str]
    low_label: Mapped[str]
    high_label: Mapped[str]

    survey: Mapped[Survey] = relationship(back_populates="texts")


class ThankYouPage(Base):
    """An empty `comment_prompt` means no comment box; an empty colour or picture means the brand's."""

    __tablename__ = "nps_thank_you_page"
    __table_args__ = (sa.UniqueConstraint("survey_id", "category", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_survey.id"))
    category: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    comment_prompt: Mapped[str] = mapped_column(default="")
    text_colour: Mapped[str] = mapped_column(default="")
    background_colour: Mapped[str] = mapped_column(default="")
    background_image_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_image.id"))
    logo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_image.id"))

    survey: Mapped[Survey] = relationship(back_populates="pages")
    background_image: Mapped[Image | None] = relationship(foreign_keys=[background_image_id])
    logo: Mapped[Image | None] = relationship(foreign_keys=[logo_id])


class SurveyVersion(Base):
    """What a survey said when something was sent: its questions and pages as data, written once, never changed."""

    __tablename__ = "nps_survey_version"
    __table_args__ = (sa.UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_survey.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")
