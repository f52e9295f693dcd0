"""A survey as an admin typed it -> its row, its questions and its thank-you pages, all legible and complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import product

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import colours, mime
from hopnps.domain.errors import N_, Faults, Invalid, NotFound
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.score import Category
from hopnps.domain.survey_content import Question
from hopnps.domain.text import slugify
from hopnps.models import Brand, Image, Survey, SurveyKind, SurveyText, Template, ThankYouPage
from hopnps.services import survey_versions, templates
from hopnps.services.survey_versions import pinned

__all__ = ["Page", "Question", "SurveyForm", "find", "pinned", "save"]

LONGEST_LINE, LONGEST_TEXT = 300, 2_000

EDIT_DAYS = 30
_LONGEST_WAIT = 3650  # days


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
    """All that a survey says; questions by language, pages by category and language. Days as typed: `frequency_days`
    to leave since any survey before this one, '' for the house's rule; `edit_days` in which a client may change their
    answer, '' for EDIT_DAYS."""

    name: str
    kind: str
    brand: Brand
    template: Template
    sender: str = ""
    frequency_days: str = ""
    edit_days: str = ""
    slug: str = ""
    questions: Mapping[str, Question] = field(default_factory=dict)
    pages: Mapping[tuple[str, str], Page] = field(default_factory=dict)


def find(session: Session, slug: str) -> Survey:
    found = session.scalar(sa.select(Survey).filter_by(slug=slug))
    if found is None:
        raise NotFound(N_("There is no survey %(slug)s."), slug=slug)
    return found


def save(
    session: Session,
    survey: Survey | None,
    form: SurveyForm,
    *,
    faults: Faults | None = None,
    by: str = "",
    now: datetime,
) -> Survey:
    """Change a survey, or make one; a language without a question is not spoken. What it says is kept as a version.

    `faults`: what was found wrong while the form was read; it is told with the rest.
    Raises Invalid with all of them, `field` = `name`, `question_fr`, `title_detractor_fr`, ...; Refused if the mail
    does not fit.
    """
    spoken = [code for code in LANGUAGES if form.questions.get(code, Question()).question.strip()]
    faults = faults or Faults()
    slug = survey.slug if survey else _free_slug(session, form, faults)
    _check(form, spoken, faults)
    pages = _checked_pages(form, spoken, faults)
    faults.tell()
    if survey is None:
        survey = Survey(slug=slug, created_at=now)
    else:
        survey_versions.hold(session, survey)
    survey.name, survey.kind = " ".join(form.name.split()), form.kind
    survey.brand, survey.template = form.brand, form.template
    survey.sender = " ".join(form.sender.split())
    survey.frequency_days = _days(form.frequency_days, "frequency_days")
    edit_days = _days(form.edit_days, "edit_days")
    survey.edit_days = EDIT_DAYS if edit_days is None else edit_days
    templates.check_fit(form.template.current, survey)
    _write_questions(survey, {code: form.questions[code] for code in spoken})
    _write_pages(survey, pages)
    session.add(survey)
    session.flush()
    pinned(session, survey, by=by, now=now)
    return survey


def _free_slug(session: Session, form: SurveyForm, faults: Faults) -> str:
    """A name on the command line that nobody has yet; a survey without a name is told so elsewhere."""
    slug = form.slug or slugify(form.name)
    with faults.noted():
        taken = slug and session.scalar(sa.select(Survey.id).filter_by(slug=slug))
        if form.name.strip() and (taken or not slug):
            raise Invalid(N_("Another one has this name already."), field="name")
    return slug


def _check(form: SurveyForm, spoken: list[str], faults: Faults) -> None:
    with faults.noted():
        if not form.name.strip():
            raise Invalid(N_("A survey needs a name."), field="name")
    with faults.noted():
        if form.kind not in list(SurveyKind):
            raise Invalid(N_("Choose what the survey is about."), field="kind")
    with faults.noted():
        if form.sender.strip():
            mime.sender_of(form.sender)
    for name in ("frequency_days", "edit_days"):
        with faults.noted():
            _days(getattr(form, name), name)
    with faults.noted():
        if not spoken:
            raise Invalid(N_("Write the question in one language at least."), field="question_fr")
    for code in spoken:
        for name, words in asdict(form.questions[code]).items():
            with faults.noted():
                _check_words(words, f"{name}_{code}", LONGEST_LINE)


def _days(typed: str, field: str) -> int | None:
    text = typed.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= _LONGEST_WAIT):
        raise Invalid(
            N_("From %(least)s to %(most)s days."),
            field=field,
            least=0,
            most=_LONGEST_WAIT,
        )
    return int(text)


def _checked_pages(
    form: SurveyForm, spoken: list[str], faults: Faults
) -> dict[tuple[Category, str], Page]:
    """The page of each category in each language, tidied."""
    checked: dict[tuple[Category, str], Page] = {}
    for category, code in product(Category, spoken):
        page = form.pages.get((category, code), Page())
        checked[category, code] = _checked_page(page, f"{category}_{code}", faults)
    return checked


def _checked_page(page: Page, end: str, faults: Faults) -> Page:
    for name, words, longest in (
        ("title", page.title, LONGEST_LINE),
        ("text", page.text, LONGEST_TEXT),
        ("comment_prompt", page.comment_prompt or "-", LONGEST_LINE),
    ):
        with faults.noted():
            _check_words(words, f"{name}_{end}", longest)
    with faults.noted():
        text, background = _checked_colours(page, end)
        page = replace(page, text_colour=text, background_colour=background)
    return replace(
        page,
        title=page.title.strip(),
        text=page.text.strip(),
        comment_prompt=page.comment_prompt.strip(),
    )


def _checked_colours(page: Page, end: str) -> tuple[str, str]:
    text, background = page.text_colour.strip(), page.background_colour.strip()
    fields = (f"text_colour_{end}", f"background_colour_{end}")
    if bool(text) != bool(background):
        raise Invalid(
            N_("Give both colours, or none to wear the brand's."), field=fields[1 if text else 0]
        )
    return colours.pair(text, background, fields=fields) if text else ("", "")


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
