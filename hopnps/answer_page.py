"""What a survey says, and what was chosen or typed -> the page its client sees, in their language and the brand's colours.

The page that most people open is rendered once for each version, language and score; after that only the words that
are one link's own are put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, render_template, url_for
from flask_babel import force_locale

from hopnps import doors
from hopnps.domain import colours
from hopnps.domain.comment import printable
from hopnps.domain.errors import HopNPSError
from hopnps.domain.languages import spoken
from hopnps.domain.score import SCORES, category_of
from hopnps.domain.survey_content import Content, Look, Page
from hopnps.links import Links, Purpose
from hopnps.models import Invitation, Notice, Response, Survey
from hopnps.pages import csp_nonce
from hopnps.services import brands, clicks, survey_versions

SHOWN_BACK = timedelta(minutes=15)
PAPER = "#ffffff"
MOST_PAGES = 500
_PAGES = "hopnps_answer_pages"
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_DISTINCT = 3  # WCAG 2.2, 1.4.11: what is chosen must stand out from the paper


@dataclass(frozen=True)
class Asked:
    """What a page stands on. Without a token it is a picture of the page: its form goes nowhere.

    `nonce` comes back with its form. `test`: a colleague tries a mail out, and nothing is stored.
    """

    content: Content
    language: str
    token: str = ""
    refusal_token: str = ""
    nonce: str = ""
    test: bool = False


@dataclass(frozen=True)
class Fault:
    """What keeps a form from being kept: of its score, its comment, or of the form itself."""

    field: str
    error: HopNPSError
    status: int = 400


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


def asked_of(found: Invitation | Notice, token: str) -> Asked:
    """What stands behind a link: an invitation's own words, or a test's survey as it is now."""
    nonce = doors.house().links.nonce(token, now=doors.now())
    if isinstance(found, Notice):
        survey = doors.session().get_one(Survey, found.facts["survey_id"])
        content = survey_versions.content_now(survey)
        return Asked(content, language_of(found), token, token, nonce, test=True)
    content = survey_versions.shown_to(found)
    return Asked(content, language_of(found), token, _way_out(found.id), nonce)


def quick_question(asked: clicks.Asked, token: str, score: int | None) -> str:
    """The page of a chosen score, or of none, for one of thousands."""
    links, csp = doors.house().links, csp_nonce()
    ready = ready_question(current_app, links, asked, token, score, csp)
    if ready is not None:
        return ready
    own = asked_of(doors.session().get_one(Invitation, asked.invitation_id), token)
    page = render_question(own, score)
    # cut by the very words it was rendered with: the clock moves on, and a nonce with it
    gaps = _gaps(token, own.refusal_token, own.nonce, csp)
    pages = current_app.extensions.setdefault(_PAGES, {})
    if len(pages) >= MOST_PAGES:
        pages.clear()
    pages[_key(asked, score)] = _cut(page, gaps)
    return page


def ready_question(
    app: Flask, links: Links, asked: clicks.Asked, token: str, score: int | None, csp: str
) -> str | None:
    """The same if it was rendered before; None if not. `csp` is the nonce of its headers. Needs no context."""
    pieces = app.extensions.get(_PAGES, {}).get(_key(asked, score))
    if pieces is None or asked.survey_version_id is None:
        return None
    way_out = links.token(Purpose.UNSUBSCRIBE, asked.invitation_id)
    gaps = _gaps(token, way_out, links.nonce(token, now=doors.now()), csp)
    return "".join([gaps.get(piece, piece) for piece in pieces])


def _key(asked: clicks.Asked, score: int | None) -> tuple[Any, ...]:
    return asked.survey_version_id, spoken(asked.language), score


def _gaps(token: str, way_out: str, nonce: str, csp: str) -> dict[str, str]:
    """The words that are one link's own, by their names."""
    return {"token": token, "way out": way_out, "nonce": nonce, "csp": csp}


def _cut(page: str, gaps: dict[str, str]) -> tuple[str, ...]:
    """A page without the words that are one link's own: their names stand in their place."""
    names = {words: name for name, words in gaps.items()}
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", page)
    return tuple(names.get(piece, piece) for piece in pieces)


def _way_out(invitation_id: int) -> str:
    return doors.house().links.token(Purpose.UNSUBSCRIBE, invitation_id)


@cache
def style_sheet() -> bytes:
    """The sheet of these pages. It comes by the link's own address, so that whoever looks at the page fetches it."""
    return (Path(__file__).parent / "static/hopnps/answer.css").read_bytes()


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
    kept: bool = False,
) -> str:
    """The page of a chosen score, or of none. `about` is the field of the fault; `kept`: the score is recorded all the
    same."""
    return _render(asked, score, comment=comment, fault=fault, about=about, kept=kept)


def render_recorded(
    asked: Asked, response: Response, *, now: datetime, closed: bool = False
) -> str:
    """The page that says it is recorded. It gives the comment back to whoever has just written it.

    Later it only says that there is one: the mail may have been forwarded. `closed`: it can no longer be changed.
    """
    fresh = any(now - change.changed_at < SHOWN_BACK for change in response.changes[-1:])
    comment = response.comment if fresh else ""
    return _recorded(asked, response.score, comment, bool(response.comment), closed=closed)


def render_tried(asked: Asked, score: int, comment: str) -> str:
    """The same page after a test, which stored nothing."""
    return _recorded(asked, score, comment, bool(comment))


def render_refusal(found: Invitation | Notice, *, done: bool = False) -> str:
    """Asks whether to write no more; once that is so, says it."""
    test = isinstance(found, Notice)
    if isinstance(found, Invitation):
        done = found.address.unsubscribed_at is not None
    with force_locale(language_of(found)):
        return render_template(
            "hopnps/public/refusal.html", dress=dress_of(_look(found)), done=done, test=test
        )


def _look(found: Invitation | Notice) -> Look:
    """What its pages wear; a mail without a survey wears the house's brand."""
    session = doors.session()
    asks = found.facts.get("survey_id") if isinstance(found, Notice) else found.survey_id
    if asks is None:
        return survey_versions.look_of(brands.house(session))
    if isinstance(found, Invitation):
        return survey_versions.shown_to(found).look
    return survey_versions.content_now(session.get_one(Survey, asks)).look


def _recorded(
    asked: Asked, score: int, comment: str, commented: bool, *, closed: bool = False
) -> str:
    return _render(asked, score, comment=comment, recorded=True, commented=commented, closed=closed)


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
