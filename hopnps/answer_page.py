"""What a survey says, and what was chosen or typed -> the page its client sees, in their language and the brand's colours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, url_for
from flask_babel import force_locale

from hopnps import doors
from hopnps.domain import colours
from hopnps.domain.comment import printable
from hopnps.domain.languages import spoken
from hopnps.domain.score import SCORES, category_of
from hopnps.domain.survey_content import Content, Look, Page
from hopnps.links import Purpose
from hopnps.models import Invitation, Notice, Response, Survey
from hopnps.services import survey_versions

SHOWN_BACK = timedelta(minutes=15)
PAPER = "#ffffff"
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_DISTINCT = 3  # WCAG 2.2, 1.4.11: what is chosen must stand out from the paper


@dataclass(frozen=True)
class Asked:
    """What a page stands on. Without a token it is a picture of the page: its form goes nowhere.

    `test`: a colleague tries a mail out, and nothing is stored.
    """

    content: Content
    language: str
    token: str = ""
    refusal_token: str = ""
    test: bool = False


@dataclass(frozen=True)
class Dress:
    """What the brand sets on a public page; a picture is its address, '' is none.

    `pale`: its ground alone would not stand out from the paper. `dark`: the page may follow a dark device.
    """

    brand: str
    ground: str
    on_ground: str
    image: str
    logo: str
    pale: bool
    dark: bool


def asked_of(found: Invitation | Notice) -> Asked:
    """What stands behind a link: an invitation's own words, or a test's survey as it is now."""
    links = doors.house().links
    if isinstance(found, Notice):
        token = links.token(Purpose.PREVIEW, found.id)
        survey = doors.session().get_one(Survey, found.facts["survey_id"])
        content = survey_versions.content_now(survey)
        return Asked(content, language_of(found), token, token, test=True)
    return Asked(
        survey_versions.shown_to(found),
        language_of(found),
        links.token(Purpose.ANSWER, found.id),
        links.token(Purpose.UNSUBSCRIBE, found.id),
    )


def language_of(found: Invitation | Notice) -> str:
    """The language of the mail; a colleague may try out one that is not in their own."""
    own = found.facts.get("language", "") if isinstance(found, Notice) else ""
    return spoken(own or found.language)


def dress_of(look: Look, page: Page | None = None) -> Dress:
    """The page's own colours and pictures where it has some, else the brand's."""
    sources = [source for source in (page, look) if source is not None]
    ground = _colour(source.background_colour for source in sources)
    image = page.background_image if page else ""
    logo = next((source.logo for source in sources if source.logo), "")
    return Dress(
        brand=look.name,
        ground=ground,
        on_ground=_colour(source.text_colour for source in sources),
        image=_address(image) if image else "",
        logo=_address(logo) if logo else "",
        pale=bool(ground) and colours.contrast(ground, PAPER) < _DISTINCT,
        dark=look.dark_pages,
    )


def render_question(
    asked: Asked,
    score: int | None,
    *,
    comment: str = "",
    fault: str = "",
    about: str = "",
) -> str:
    """The page of a chosen score, or of none; nothing is recorded yet. `about` is the field of the fault."""
    return _render(asked, score, comment=comment, fault=fault, about=about)


def render_recorded(asked: Asked, response: Response, *, now: datetime) -> str:
    """The page that says it is recorded. It gives the comment back to whoever has just written it.

    Later it only says that there is one: the mail may have been forwarded.
    """
    fresh = any(now - change.changed_at < SHOWN_BACK for change in response.changes[-1:])
    comment = response.comment if fresh else ""
    return _recorded(asked, response.score, comment, bool(response.comment))


def render_tried(asked: Asked, score: int, comment: str) -> str:
    """The same page after a test, which stored nothing."""
    return _recorded(asked, score, comment, bool(comment))


def _recorded(asked: Asked, score: int, comment: str, commented: bool) -> str:
    return _render(asked, score, comment=comment, recorded=True, commented=commented)


def _render(asked: Asked, score: int | None, *, comment: str, **rest: Any) -> str:
    content, language = asked.content, asked.language
    page = None if score is None else content.page_for(category_of(score), language)
    with force_locale(language):
        return render_template(
            "hopnps/public/answer.html",
            asked=asked,
            test=asked.test,
            dress=dress_of(content.look, page),
            words=content.question_in(language),
            page=page,
            scores=SCORES,
            chosen=score,
            comment=printable(comment),
            **rest,
        )


def _colour(candidates: Iterable[str]) -> str:
    """The first that is a colour and nothing more, since it goes into a stylesheet; '' if none is."""
    return next((one for one in candidates if _COLOUR.fullmatch(one)), "")


def _address(picture: str) -> str:
    """Where a picture is: the address of its hash, or itself while it is not kept yet (`data:`)."""
    kept = not picture.startswith("data:")
    return url_for("hopnps_images.show", sha256=picture) if kept else picture
