"""The mails of the house: a template, its versions, and each version's text in each language."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hopnps.models.base import Base


class Template(Base):
    __tablename__ = "nps_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]

    versions: Mapped[list[TemplateVersion]] = relationship(
        back_populates="template", order_by="TemplateVersion.number"
    )

    @property
    def current(self) -> TemplateVersion:
        """The version that the next mail will use."""
        return self.versions[-1]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(Base):
    """Written once, never changed: a campaign that was launched keeps the words it was launched with."""

    __tablename__ = "nps_template_version"
    __table_args__ = (sa.UniqueConstraint("template_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_template.id"))
    number: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")

    template: Mapped[Template] = relationship(back_populates="versions")
    texts: Mapped[list[TemplateText]] = relationship(
        back_populates="version", order_by="TemplateText.language"
    )

    def text_in(self, language: str) -> TemplateText:
        """The text in this language, else the first there is."""
        return next((text for text in self.texts if text.language == language), self.texts[0])


class TemplateText(Base):
    """`body` is MJML with Liquid fields, as typed; `html` is what it compiled to; both still hold their fields."""

    __tablename__ = "nps_template_text"
    __table_args__ = (sa.UniqueConstraint("version_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_template_version.id"))
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    html: Mapped[str]
    plain: Mapped[str]

    version: Mapped[TemplateVersion] = relationship(back_populates="texts")
