"""An empty database -> one that is ready to send: brand, mails, surveys, thank-you pages, segments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.score import Category
from hopnps.models import Brand, Segment, Survey, SurveyText, Template, ThankYouPage
from hopnps.services import brands, seed_mails, seed_surveys, templates
from hopnps.services.seed_mails import MailWords
from hopnps.services.seed_surveys import PAGE_COLOURS, PageWords, SurveyWords

MAILS = {
    "relation": ("Relation", seed_mails.RELATION),
    "ticket": ("Ticket", seed_mails.TICKET),
    "reaction": ("Réaction", seed_mails.REACTION),
}
SURVEYS = {"relation": seed_surveys.RELATION, "ticket": seed_surveys.TICKET}
SEGMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "everyone": ("Tous les contacts", {}),
    "recent-detractors": (
        "Détracteurs du dernier mois",
        {
            "all": [
                {"contact": "last_category", "is": "detractor"},
                {"contact": "answered", "within_days": 31},
            ]
        },
    ),
}


def sow(session: Session, *, now: datetime, house: str = "hopnps") -> None:
    """Make what is not there yet; what somebody edited stays as they left it. `house` names the first brand."""
    brand = _first(session, Brand, brands.HOUSE) or _brand(session, house, now)
    for slug, (name, words) in MAILS.items():
        if not _first(session, Template, slug):
            _sow_mail(session, slug, name, words, now)
    for slug, survey in SURVEYS.items():
        if not _first(session, Survey, slug):
            _sow_survey(session, slug, survey, brand, now)
    for slug, (name, rule) in SEGMENTS.items():
        if not _first(session, Segment, slug):
            session.add(Segment(slug=slug, name=name, rule=rule, created_at=now))
    session.flush()


def _first(session: Session, model: Any, slug: str) -> Any:
    return session.scalar(sa.select(model).where(model.slug == slug))


def _brand(session: Session, name: str, now: datetime) -> Brand:
    return brands.save(session, name=name, slug=brands.HOUSE, now=now)


def _sow_mail(
    session: Session, slug: str, name: str, words: Mapping[str, MailWords], now: datetime
) -> None:
    texts = {language: (mail.subject, mail.body()) for language, mail in words.items()}
    templates.save(session, slug=slug, name=name, texts=texts, now=now)


def _sow_survey(
    session: Session, slug: str, words: SurveyWords, brand: Brand, now: datetime
) -> None:
    survey = Survey(
        slug=slug,
        name=words.name,
        kind=words.kind,
        brand=brand,
        template=templates.find(session, slug),
        created_at=now,
        texts=[
            SurveyText(
                language=language,
                question=one.question,
                low_label=one.low_label,
                high_label=one.high_label,
            )
            for language, one in words.questions.items()
        ],
        pages=[
            _page(category, language, page) for (category, language), page in words.pages.items()
        ],
    )
    session.add(survey)
    session.flush()
    templates.check_fit(survey.template.current, survey)


def _page(category: Category, language: str, words: PageWords) -> ThankYouPage:
    text_colour, background_colour = PAGE_COLOURS[category]
    return ThankYouPage(
        category=category,
        language=language,
        title=words.title,
        text=words.text,
        comment_prompt=words.comment_prompt,
        text_colour=text_colour,
        background_colour=background_colour,
    )
