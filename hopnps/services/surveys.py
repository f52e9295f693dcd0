"""A survey as an admin typed it -> its row, its questions and its thank-you pages, all legible and complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import colours, mime
from hopnps.domain.errors import N_, Invalid, NotFound
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.score import Category
from hopnps.domain.text import slugify
from hopnps.models import Brand, Image, Survey, SurveyKind, SurveyText, Template, ThankYouPage
from hopnps.services import templates

LONGEST_LINE, LONGEST_TEXT = 300, 2_000


@dataclass(frozen=True)
class Question:
    question: str = ""
    low_label: str = ""
    high_label: str = ""


@dataclass(frozen=True)
class Page:
    """Both colours or none: none means the brand's."""

    title: str = ""
    text: str = ""
    comment_prompt: str = ""
    text_colour: str = ""
    background_colour: str = ""
    background_image: Image | None = None
    logo: Image | None = None


@dataclass(frozen=True)
class SurveyForm:
    """All that a survey says; questions by language, pages by category and language."""

    name: str
    kind: str
    brand: Brand
    template: Template
    sender: str = ""
    slug: str = ""
    questions: Mapping[str, Question] = field(default_factory=dict)
    pages: Mapping[tuple[str, str], Page] = field(default_factory=dict)


def find(session: Session, slug: str) -> Survey:
    found = session.scalar(sa.select(Survey).filter_by(slug=slug))
    if found is None:
        raise NotFound(N_("There is no survey %(slug)s."), slug=slug)
    return found


def save(session: Session, survey: Survey | None, form: SurveyForm, *, now: datetime) -> Survey:
    """Change a survey, or make one; a language without a question is not spoken.

    Raises Invalid with `field` = `name`, `question_fr`, `title_detractor_fr`, ...; Refused if the mail does not fit.
    """
    spoken = [code for code in LANGUAGES if form.questions.get(code, Question()).question.strip()]
    _check(form, spoken)
    checked = {
        (category, code): _checked_page(form.pages.get((category, code), Page()), category, code)
        for category in Category
        for code in spoken
    }
    survey = survey or _made(session, form.slug or slugify(form.name), now)
    survey.name, survey.kind = " ".join(form.name.split()), form.kind
    survey.brand, survey.template = form.brand, form.template
    survey.sender = " ".join(form.sender.split())
    templates.check_fit(form.template.current, survey)
    _write_questions(survey, {code: form.questions[code] for code in spoken})
    _write_pages(survey, checked)
    session.add(survey)
    session.flush()
    return survey


def _check(form: SurveyForm, spoken: list[str]) -> None:
    if not form.name.strip():
        raise Invalid(N_("A survey needs a name."), field="name")
    if form.kind not in list(SurveyKind):
        raise Invalid(N_("Choose what the survey is about."), field="kind")
    if form.sender.strip():
        mime.sender_of(form.sender)
    if not spoken:
        raise Invalid(N_("Write the question in one language at least."), field="question_fr")
    for code in spoken:
        question = form.questions[code]
        _check_words(question.question, f"question_{code}", LONGEST_LINE)
        _check_words(question.low_label, f"low_label_{code}", LONGEST_LINE)
        _check_words(question.high_label, f"high_label_{code}", LONGEST_LINE)


def _checked_page(page: Page, category: str, code: str) -> Page:
    def at(name: str) -> str:
        return f"{name}_{category}_{code}"

    _check_words(page.title, at("title"), LONGEST_LINE)
    _check_words(page.text, at("text"), LONGEST_TEXT)
    _check_words(page.comment_prompt or "-", at("comment_prompt"), LONGEST_LINE)
    text, background = page.text_colour.strip(), page.background_colour.strip()
    if bool(text) != bool(background):
        raise Invalid(
            N_("Give both colours, or none to wear the brand's."),
            field=at("background_colour" if text else "text_colour"),
        )
    if text:
        fields = (at("text_colour"), at("background_colour"))
        text, background = colours.pair(text, background, fields=fields)
    return Page(
        page.title.strip(),
        page.text.strip(),
        page.comment_prompt.strip(),
        text,
        background,
        page.background_image,
        page.logo,
    )


def _check_words(words: str, field_name: str, longest: int) -> None:
    if not words.strip():
        raise Invalid(N_("Something must stand here."), field=field_name)
    if len(words) > longest:
        raise Invalid(
            N_("This is too long: %(longest)s characters at most."),
            field=field_name,
            longest=longest,
        )
    if "{{" in words or "{%" in words:
        raise Invalid(
            N_("Merge fields work in mails only, not here: write plain words."), field=field_name
        )


def _made(session: Session, slug: str, now: datetime) -> Survey:
    if not slug or session.scalar(sa.select(Survey.id).filter_by(slug=slug)):
        raise Invalid(N_("Another one has this name already."), field="name")
    return Survey(slug=slug, created_at=now)


def _write_questions(survey: Survey, questions: Mapping[str, Question]) -> None:
    known = {text.language: text for text in survey.texts}
    survey.texts = [known.get(code) or SurveyText(language=code) for code in questions]
    for text in survey.texts:
        words = questions[text.language]
        text.question = words.question.strip()
        text.low_label, text.high_label = words.low_label.strip(), words.high_label.strip()


def _write_pages(survey: Survey, pages: Mapping[tuple[Category, str], Page]) -> None:
    known = {(page.category, page.language): page for page in survey.pages}
    survey.pages = [
        known.get(key) or ThankYouPage(category=key[0], language=key[1]) for key in pages
    ]
    for row in survey.pages:
        page = pages[Category(row.category), row.language]
        row.title, row.text, row.comment_prompt = page.title, page.text, page.comment_prompt
        row.text_colour, row.background_colour = page.text_colour, page.background_colour
        row.background_image, row.logo = page.background_image, page.logo
