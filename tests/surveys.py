"""A survey made by hand whose every sentence tells where it stands: `fr detractor title`, and so on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from hopnps.domain.languages import LANGUAGES
from hopnps.domain.score import Category
from hopnps.models import (
    Brand,
    Survey,
    SurveyText,
    Template,
    TemplateText,
    TemplateVersion,
    ThankYouPage,
)

GROUNDS = {"promoter": "#164a7a", "passive": "#2f4a44", "detractor": "#6b3419"}


def make_survey(session: Session, *, now: datetime) -> Survey:
    """A survey of the brand "Vélos du Canal" whose promoter pages have no comment box."""
    template = Template(slug="canal", name="Canal", created_at=now)
    version = TemplateVersion(template=template, number=1, created_at=now)
    survey = Survey(
        slug="canal",
        name="Canal",
        brand=Brand(slug="canal", name="Vélos du Canal"),
        template=template,
        created_at=now,
    )
    for language in LANGUAGES:
        version.texts.append(
            TemplateText(language=language, subject="", body="", html="", plain="")
        )
        survey.texts.append(_text(language))
        survey.pages.extend(_page(language, category) for category in Category)
    session.add_all([version, survey])
    session.commit()
    return survey


def _text(language: str) -> SurveyText:
    return SurveyText(
        language=language,
        question=f"{language} question",
        low_label=f"{language} low",
        high_label=f"{language} high",
    )


def _page(language: str, category: str) -> ThankYouPage:
    return ThankYouPage(
        language=language,
        category=category,
        title=f"{language} {category} title",
        text=f"{language} {category} text",
        comment_prompt="" if category == "promoter" else f"{language} {category} prompt",
        background_colour=GROUNDS[category],
    )
