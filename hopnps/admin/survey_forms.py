"""A survey's form <-> what the service saves, what a phone would show of it, and where each fault stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy.orm import Session

from hopnps.admin import pictures
from hopnps.domain import survey_content
from hopnps.domain.errors import N_, Faults, Invalid
from hopnps.domain.languages import LANGUAGES, spoken
from hopnps.domain.survey_content import Content, Question
from hopnps.forms.surveys import BRAND_NEW, CATEGORIES, FIRST_SHOWN, QUESTION, SCORES_OF
from hopnps.models import Brand, Image, Survey, Template, ThankYouPage
from hopnps.services import surveys
from hopnps.services.survey_versions import look_of
from hopnps.services.surveys import Page

QUESTIONS = ("question", "low_label", "high_label")
WORDS = ("title", "text", "comment_prompt")
COLOURS = ("text_colour", "background_colour")
DRESS = ("brand_colours", *COLOURS)
PICTURES = ("background_image", "logo")


def present(survey: Survey) -> dict[str, Any]:
    """What stands in the form before anything is typed."""
    filled: dict[str, Any] = {}
    for text in survey.texts:
        filled |= {f"{name}_{text.language}": getattr(text, name) for name in QUESTIONS}
    for page in survey.pages:
        end = f"{page.category}_{page.language}"
        filled |= {f"{name}_{end}": getattr(page, name) for name in WORDS}
        filled |= {
            f"{name}_{end}": getattr(page, name) or getattr(survey.brand, name) for name in COLOURS
        }
        filled |= {f"{name}_{end}": _hash(getattr(page, name)) for name in PICTURES}
        filled[f"brand_colours_{end}"] = not page.background_colour
    return filled | {f"same_colours_{one}": _looks_alike(filled, one) for one in CATEGORIES}


def typed(
    session: Session,
    values: dict[str, Any],
    survey: Survey | None,
    faults: Faults,
    *,
    now: datetime,
) -> surveys.SurveyForm:
    """What is to be saved; pictures that cannot be kept are noted. Raises Invalid without a brand or a mail."""
    old = {(page.category, page.language): page for page in survey.pages} if survey else {}
    values, pages = _alike(values, survey), {}
    for key in product(CATEGORIES, LANGUAGES):
        kept = _pictures(session, values, key, old.get(key), faults, now)
        pages[key] = replace(Page(**kept), **_words(values, "_".join(key)))
    return surveys.SurveyForm(
        name=values["name"],
        kind=values["kind"],
        brand=_chosen(session, Brand, values, "brand_id"),
        template=_chosen(session, Template, values, "template_id"),
        sender=values["sender"],
        frequency_days=str(values["frequency_days"] or ""),
        edit_days=str(values["edit_days"] or ""),
        questions={code: _question(values, code) for code in LANGUAGES},
        pages=pages,  # type: ignore[arg-type]  # a category is its own word
    )


def draft(session: Session, values: dict[str, Any]) -> tuple[Content, str, int | None]:
    """What is typed, good or not, the language and the score that are to be shown; nothing is checked nor kept."""
    language, shown = spoken(values["shown_language"] or ""), values["shown_page"]
    brand = session.get(Brand, values["brand_id"]) if values["brand_id"] else None
    content = Content(
        questions=_spoken_first({code: _question(values, code) for code in LANGUAGES}, language),
        pages={
            category: {code: _tried(values, f"{category}_{code}") for code in LANGUAGES}
            for category in CATEGORIES
        },
        **({"look": look_of(brand)} if brand else {}),
    )
    return content, language, _score(values, shown)


def place_of(field: str) -> tuple[str, str]:
    """`title_detractor_fr_file` -> ("detractor", "fr"); ("", "") for what stands above the phone's pages."""
    words = field.removesuffix("_file").split("_")
    if words[-1] not in LANGUAGES:
        return "", ""
    page = words[-2] if words[-2] in SCORES_OF else QUESTION
    return page, words[-1]


def _looks_alike(filled: dict[str, Any], category: str) -> bool:
    """Whether a category's pages have the same colours in every language."""
    return len({_dress(filled, category, code) for code in LANGUAGES}) == 1


def _alike(values: dict[str, Any], survey: Survey | None) -> dict[str, Any]:
    """With the colours of one language in all, for each category whose tick says so."""
    before = present(survey) if survey else BRAND_NEW
    for category in CATEGORIES:
        if values.get(f"same_colours_{category}"):
            chosen = _dress(values, category, _dressed_anew(values, before, category))
            for code, (name, value) in product(LANGUAGES, zip(DRESS, chosen, strict=True)):
                values = values | {f"{name}_{category}_{code}": value}
    return values


def _dressed_anew(values: dict[str, Any], before: dict[str, Any], category: str) -> str:
    """The language whose colours were changed just now; the one that is looked at if that is none, or both."""
    shown = spoken(values["shown_language"] or "")
    changed = [
        code
        for code in LANGUAGES
        if _dress(values, category, code) != _dress(before, category, code)
    ]
    return shown if shown in changed or not changed else changed[0]


def _dress(values: dict[str, Any], category: str, code: str) -> tuple[Any, ...]:
    return tuple(values.get(f"{name}_{category}_{code}") for name in DRESS)


def _spoken_first(questions: dict[str, Question], language: str) -> dict[str, Question]:
    """The languages with a question, as clients would get them; the one that is looked at if there is none."""
    written = {code: one for code, one in questions.items() if one.question.strip()}
    return written or {language: questions[language]}


def _score(values: dict[str, Any], shown: str) -> int | None:
    if shown not in SCORES_OF:
        return None
    wanted = str(values[f"shown_score_{shown}"])
    scores = {str(score): score for score in SCORES_OF[shown]}  # type: ignore[index]
    return scores.get(wanted, FIRST_SHOWN[shown])  # type: ignore[index]


def _question(values: dict[str, Any], code: str) -> Question:
    return Question(*((values[f"{name}_{code}"] or "").strip() for name in QUESTIONS))


def _pictures(
    session: Session,
    values: dict[str, Any],
    key: tuple[str, str],
    old: ThankYouPage | None,
    faults: Faults,
    now: datetime,
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name in PICTURES:
        with faults.noted():
            held = getattr(old, name) if old else None
            kept[name] = pictures.taken(session, values, "_".join((name, *key)), held, now=now)
    return kept


def _tried(values: dict[str, Any], end: str) -> survey_content.Page:
    tried = {name: pictures.tried(values, f"{name}_{end}") for name in PICTURES}
    return survey_content.Page(**_words(values, end), **tried)


def _words(values: dict[str, Any], end: str) -> dict[str, Any]:
    """Words as they are typed, and both colours, or none where the page wears the brand's."""
    own = () if values[f"brand_colours_{end}"] else COLOURS
    return {name: values[f"{name}_{end}"] or "" for name in (*WORDS, *own)}


def _chosen(session: Session, table: Any, values: dict[str, Any], field: str) -> Any:
    row = session.get(table, values[field]) if values[field] else None
    if row is None:
        raise Invalid(N_("Choose one of the list."), field=field)
    return row


def _hash(image: Image | None) -> str:
    return image.sha256 if image else ""
