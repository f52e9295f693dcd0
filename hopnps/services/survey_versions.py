"""A survey as it is now -> the version that says just this: whoever was sent it keeps seeing it, whatever changes later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import survey_content
from hopnps.domain.survey_content import Content, Look, Page, Question
from hopnps.models import Brand, Image, Invitation, Survey, SurveyVersion, ThankYouPage


def pinned(session: Session, survey: Survey, *, by: str = "", now: datetime) -> SurveyVersion:
    """The version of what the survey says now; a new number only if it says something new.

    Two at once make one: who finds something new waits for the others and looks again.
    """
    latest = _latest(session, survey)
    if latest and latest.content == content_now(survey).as_data():
        return latest
    hold(session, survey)
    latest = _latest(session, survey)
    content = content_now(survey).as_data()
    if latest and latest.content == content:
        return latest
    version = SurveyVersion(
        survey_id=survey.id,
        number=latest.number + 1 if latest else 1,
        content=content,
        created_at=now,
        created_by=by,
    )
    session.add(version)
    session.flush()
    return version


def hold(session: Session, survey: Survey) -> None:
    """Until the end of this transaction nobody else changes or pins this survey; it is read again.

    SQLite's writers wait for each other anyway.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        held = sa.select(Survey.id).where(Survey.id == survey.id)
        session.execute(held.with_for_update())
    for row in (*survey.texts, *survey.pages, survey.brand, survey):
        session.expire(row)


def history(session: Session, survey: Survey) -> Sequence[SurveyVersion]:
    """All that this survey ever said to somebody or was saved as, the newest first."""
    mine = sa.select(SurveyVersion).filter_by(survey_id=survey.id)
    return session.scalars(mine.order_by(SurveyVersion.number.desc())).all()


def shown_to(invitation: Invitation) -> Content:
    """What the client of this invitation is to see: as it was sent, or as it is now if that was not kept.

    The invitation must ask a question.
    """
    if invitation.survey_version is not None:
        return survey_content.read(invitation.survey_version.content)
    assert invitation.survey is not None, "only an invitation with a survey has something to show"
    return content_now(invitation.survey)


def content_now(survey: Survey) -> Content:
    """What the survey says now, and how."""
    pages: dict[str, dict[str, Page]] = {}
    for page in sorted(survey.pages, key=lambda one: (one.category, one.language)):
        pages.setdefault(page.category, {})[page.language] = page_content(page)
    texts = sorted(survey.texts, key=lambda one: one.language)
    return Content(
        questions={
            text.language: Question(text.question, text.low_label, text.high_label)
            for text in texts
        },
        pages=pages,
        look=look_of(survey.brand),
    )


def page_content(page: ThankYouPage) -> Page:
    """One page as its client sees it."""
    return Page(
        title=page.title,
        text=page.text,
        comment_prompt=page.comment_prompt or "",
        text_colour=page.text_colour or "",
        background_colour=page.background_colour or "",
        background_image=_hash(page.background_image),
        logo=_hash(page.logo),
    )


def look_of(brand: Brand) -> Look:
    """What pages wear of this brand."""
    return Look(
        name=brand.name,
        text_colour=brand.text_colour,
        background_colour=brand.background_colour,
        logo=_hash(brand.logo),
        dark_pages=brand.dark_pages,
    )


def _latest(session: Session, survey: Survey) -> SurveyVersion | None:
    mine = sa.select(SurveyVersion).filter_by(survey_id=survey.id)
    return session.scalar(mine.order_by(SurveyVersion.number.desc()).limit(1))


def _hash(image: Image | None) -> str:
    return image.sha256 if image else ""
