"""An invitation and what was chosen or typed -> the page its client sees, in their language and the brand's colours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template
from flask_babel import force_locale

from hopnps import doors
from hopnps.domain.comment import printable
from hopnps.domain.languages import spoken
from hopnps.domain.score import SCORES, category_of
from hopnps.links import Purpose
from hopnps.models import Brand, Image, Invitation, Response, Survey, ThankYouPage

SHOWN_BACK = timedelta(minutes=15)
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Dress:
    """What the brand sets on a public page; a picture is its hash, '' is none."""

    brand: str
    ground: str
    on_ground: str
    image: str
    logo: str


def dress_of(brand: Brand | None, page: ThankYouPage | None = None) -> Dress:
    """The page's own colours and pictures where it has some, else the brand's."""
    sources = [source for source in (page, brand) if source is not None]
    return Dress(
        brand=brand.name if brand else "",
        ground=_colour(source.background_colour for source in sources),
        on_ground=_colour(source.text_colour for source in sources),
        image=_hash([page.background_image] if page else []),
        logo=_hash(source.logo for source in sources),
    )


def render_question(
    invitation: Invitation,
    score: int | None,
    *,
    comment: str = "",
    fault: str = "",
    about: str = "",
) -> str:
    """The page of a chosen score, or of none; nothing is recorded yet. `about` is the field of the fault."""
    return _render(invitation, score, comment=comment, fault=fault, about=about)


def render_recorded(invitation: Invitation, response: Response, *, now: datetime) -> str:
    """The page that says it is recorded. It gives the comment back to whoever has just written it.

    Later it only says that there is one: the mail may have been forwarded.
    """
    fresh = any(now - change.changed_at < SHOWN_BACK for change in response.changes[-1:])
    return _render(
        invitation,
        response.score,
        comment=response.comment if fresh else "",
        recorded=True,
        commented=bool(response.comment),
    )


def _render(invitation: Invitation, score: int | None, *, comment: str, **rest: Any) -> str:
    survey: Survey = invitation.survey  # type: ignore[assignment]  # answerable() made sure
    language = spoken(invitation.language)
    page = None if score is None else survey.page_for(category_of(score), language)
    links = doors.house().links
    with force_locale(language):
        return render_template(
            "hopnps/public/answer.html",
            dress=dress_of(survey.brand, page),
            token=links.token(Purpose.ANSWER, invitation.id),
            refusal_token=links.token(Purpose.UNSUBSCRIBE, invitation.id),
            words=survey.text_in(language),
            page=page,
            scores=SCORES,
            chosen=score,
            comment=printable(comment),
            **rest,
        )


def _colour(candidates: Iterable[str]) -> str:
    """The first that is a colour and nothing more, since it goes into a stylesheet; '' if none is."""
    return next((one for one in candidates if _COLOUR.fullmatch(one)), "")


def _hash(candidates: Iterable[Image | None]) -> str:
    return next((image.sha256 for image in candidates if image), "")
