"""A kind of letter -> how it is written: its skeleton, its sender, and what of its head is the same for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hopnps.domain import honeypot, merge, mime, survey_content
from hopnps.domain.liquid_pieces import Spliced
from hopnps.domain.merge_fields import SCORE_LINKS, UNSUBSCRIBE
from hopnps.domain.score import SCORES
from hopnps.domain.skeleton import Field, Skeleton, Words
from hopnps.domain.survey_content import Question
from hopnps.links import Links
from hopnps.models import Brand, Survey, SurveyVersion, TemplateVersion
from hopnps.services import brands
from hopnps.services.id_sets import among
from hopnps.services.letter_rows import Kind, fields_meant
from hopnps.services.merge_values import brand_values

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
        self, session: Session, kinds: Sequence[Kind]
    ) -> tuple[dict[Kind, Style], dict[Kind, Exception]]:
        """How to write each of these now, and why some cannot be written."""
        looks = self._looks(session, {kind.survey_id for kind in kinds})
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
        for survey in session.scalars(_as_they_are(), {"ids": surveys - {None}}):
            questions = (
                (text.language, Question(text.question, text.low_label, text.high_label))
                for text in survey.texts
            )
            found[survey.id] = self._of_brand(survey.brand, survey)._replace(
                questions=tuple(questions)
            )
        if None in surveys:
            found[None] = self._of_brand(brands.house(session))
        return found

    def _of_brand(self, brand: Brand, survey: Survey | None = None) -> Looks:
        sender = (survey and survey.sender) or brand.sender or self._default_sender
        colours = tuple(brand_values(brand, self._links).items())
        return Looks(survey.slug if survey else "", sender, colours)

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
def _as_they_are() -> sa.Select[Survey]:
    """Read again, whatever this session has seen before."""
    brand = joinedload(Survey.brand).joinedload(Brand.logo)
    found = sa.select(Survey).where(among(Survey.id, "ids"))
    return found.options(brand, selectinload(Survey.texts)).execution_options(
        populate_existing=True
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
