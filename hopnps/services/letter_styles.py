"""A kind of letter -> how it is written: its skeleton, its sender, and what of its head is the same for everybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import honeypot, merge, mime, survey_content
from hopnps.domain.liquid_pieces import Spliced
from hopnps.domain.merge_fields import SCORE_LINKS, UNSUBSCRIBE
from hopnps.domain.score import SCORES
from hopnps.domain.skeleton import Field, Skeleton, Words
from hopnps.domain.survey_content import Question
from hopnps.links import Links
from hopnps.models import Brand, Image, Survey, SurveyText, SurveyVersion, TemplateVersion
from hopnps.services import brands
from hopnps.services.id_sets import among
from hopnps.services.letter_rows import Kind, fields_meant
from hopnps.services.merge_values import BRAND_COLUMNS, brand_values, brand_words

ANSWER_TOKEN = Field("links", "answer_token", ours=True)
UNSUBSCRIBE_TOKEN = Field("links", "unsubscribe_token", ours=True)
HONEYPOT_TOKEN = Field("links", "honeypot_token", ours=True)
_MOST_KNOWN = 500


class Looks(NamedTuple):
    """All that may change under a letter that is still to be written: how its survey and its brand look now."""

    slug: str
    sender: str
    brand: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, Question], ...] = ()


class Style:
    """How the letters of one kind are written. Raises Invalid for a sender or words that cannot be used."""

    def __init__(
        self,
        version: TemplateVersion,
        language: str,
        looks: Looks,
        question: Question | None,
        links: Links,
    ) -> None:
        text = version.text_in(language)
        self.language, self.asks_a_question = text.language, question is not None
        name, self.sender = mime.sender_of(looks.sender)
        self.writer = mime.mailbox(name, self.sender)
        self.list_id = f"<{looks.slug or version.template.slug}.{links.domain}>"
        self.constants = {
            "brand": merge.as_values(dict(looks.brand)),
            "survey": merge.as_values(asdict(question)) if question else {},
        }
        html = honeypot.placed(text.html) if question else text.html
        words = Words(text.subject, html, text.plain)
        self.skeleton = Skeleton(words, self.constants, spliced(links, survey=self.asks_a_question))
        self.asks = self.skeleton.asks
        self.fields = fields_meant(self.asks)


class Styles:
    """Those met so far; one is made anew when its survey or brand has changed. Versions never change."""

    def __init__(self, links: Links, default_sender: str) -> None:
        self._links, self._default_sender = links, default_sender
        self._known: dict[Kind, tuple[Looks, Style | Exception]] = {}

    def of(
        self, session: Session, kinds: Collection[Kind]
    ) -> tuple[dict[Kind, Style], dict[Kind, Exception]]:
        """How to write each of these now, and why some cannot be written."""
        looks = self._looks(session, {kind.survey_id for kind in kinds}) if kinds else {}
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for kind in kinds:
            now = looks[kind.survey_id]
            if kind not in self._known or self._known[kind][0] != now:
                self._known[kind] = now, self._made(session, kind, now)
        made = {kind: self._known[kind][1] for kind in kinds}
        usable = {kind: style for kind, style in made.items() if isinstance(style, Style)}
        return usable, {kind: no for kind, no in made.items() if isinstance(no, Exception)}

    def _looks(self, session: Session, surveys: set[int | None]) -> dict[int | None, Looks]:
        found: dict[int | None, Looks] = {}
        for row in session.connection().execute(_as_they_are(), {"ids": surveys - {None}}):
            survey_id, *of_survey, language, question, low_label, high_label = row
            seen = found.get(survey_id) or self._of_brand(*of_survey)
            text = language, Question(question, low_label, high_label)
            texts = (*seen.questions, text) if language else ()
            found[survey_id] = seen._replace(questions=texts)
        if None in surveys:
            brand = brands.house(session)
            values = brand_values(brand, self._links)
            found[None] = Looks("", brand.sender or self._default_sender, (*values.items(),))
        return found

    def _of_brand(
        self, slug: str, sender: str, its_brands: str, logo: str | None, *words: str
    ) -> Looks:
        values = brand_words(words, logo, self._links)
        return Looks(slug, sender or its_brands or self._default_sender, (*values.items(),))

    def _made(self, session: Session, kind: Kind, looks: Looks) -> Style | Exception:
        version = session.get_one(TemplateVersion, kind.version_id)
        try:
            question = _question(session, kind, looks, version.text_in(kind.language).language)
            return Style(version, kind.language, looks, question, self._links)
        except Exception as error:  # a bad template must not hold up the mails of the others
            return error


def spliced(links: Links, *, survey: bool) -> Spliced:
    """The addresses of a mail, each a token between fixed words; without a survey there is nothing to answer."""
    found = {UNSUBSCRIBE: (f"{links.public_url}/u/", UNSUBSCRIBE_TOKEN, "")}
    if survey:
        found[honeypot.NAME] = (f"{links.public_url}/h/", HONEYPOT_TOKEN, "")
        before = f"{links.public_url}/s/"
        found |= {
            name: (before, ANSWER_TOKEN, f"/{score}")
            for name, score in zip(SCORE_LINKS, SCORES, strict=True)
        }
    return found


@cache
def _as_they_are() -> sa.Select[Any]:
    """Read again for each batch, so by columns: a row for each language of these surveys."""
    words = (getattr(Brand, name) for name in BRAND_COLUMNS)
    text = SurveyText.language, SurveyText.question, SurveyText.low_label, SurveyText.high_label
    return (
        sa.select(Survey.id, Survey.slug, Survey.sender, Brand.sender, Image.sha256, *words, *text)
        .join(Brand, Brand.id == Survey.brand_id)
        .outerjoin(SurveyText, SurveyText.survey_id == Survey.id)
        .outerjoin(Image, Image.id == Brand.logo_id)
        .where(among(Survey.id, "ids"))
        .order_by(SurveyText.language)
    )


def _question(session: Session, kind: Kind, looks: Looks, language: str) -> Question | None:
    """As it was launched, or as it is now if that was not kept."""
    if kind.survey_id is None:
        return None
    if kind.survey_version_id is not None:
        pinned = session.get_one(SurveyVersion, kind.survey_version_id)
        return survey_content.read(pinned.content).question_in(language)
    questions = dict(looks.questions)
    return questions.get(language) or next(iter(questions.values()))
