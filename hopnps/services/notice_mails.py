"""A notice -> the bytes of its mail, written from its facts at the moment it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel.numbers import format_decimal
from sqlalchemy.orm import Session, object_session

from hopnps.domain import merge
from hopnps.domain.errors import N_, Refused
from hopnps.domain.languages import FRENCH, spoken
from hopnps.domain.mail_layout import Layout, compile_own
from hopnps.domain.merge_fields import SCORE_LINKS
from hopnps.domain.score import SCORES
from hopnps.links import Links
from hopnps.models import (
    Brand,
    Campaign,
    Delivery,
    DeliveryState,
    Interaction,
    Notice,
    NoticeKind,
    Role,
    Survey,
    User,
)
from hopnps.services import brands, mails, password_links, template_tests
from hopnps.services.envelopes import ComposedMail, MailPreview, seal
from hopnps.services.merge_values import brand_values
from hopnps.services.notice_words import REASONS, WORDS

STALE = timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """What every notice is written with."""

    session: Session
    links: Links
    default_sender: str
    timezone: ZoneInfo
    now: datetime


def compose(
    notice: Notice,
    *,
    links: Links,
    default_sender: str,
    timezone: ZoneInfo,
    now: datetime,
    number: int = 1,
) -> ComposedMail:
    """Raises Refused where its time is over or nobody is there to get it, Invalid for unusable words."""
    session = object_session(notice)
    assert session is not None, "compose reads rows that belong to a session"
    post = Post(session, links, default_sender, timezone, now)
    shown, sender = _WRITERS[NoticeKind(notice.kind)](notice, post)
    return seal(
        shown,
        sender=sender,
        recipient=notice.email,
        name=notice.name,
        message_id=f"<notice.{notice.id}.{number}.{notice.created_at:%Y%m%d%H%M%S}@{links.domain}>",
        at=now.astimezone(timezone),
    )


def _welcome(notice: Notice, post: Post) -> tuple[MailPreview, str]:
    return _about_password(notice, post, password_links.VALID)


def _new_password(notice: Notice, post: Post) -> tuple[MailPreview, str]:
    if notice.created_at + STALE < post.now:
        raise Refused(N_("This was asked too long ago; the login page sends another link."))
    return _about_password(notice, post, password_links.RESET_VALID)


def _about_password(notice: Notice, post: Post, valid: timedelta) -> tuple[MailPreview, str]:
    """The link is made now and kept nowhere."""
    user = post.session.get(User, notice.facts["user_id"])
    if user is None or user.disabled_at:
        raise Refused(N_("This colleague may no longer log in."))
    brand = brands.house(post.session)
    values = {
        "name": notice.name,
        "email": notice.email,
        "by": notice.created_by,
        "brand": brand_values(brand, post.links),
        "admin": _administrator(post.session, besides=user),
        "link": password_links.make(post.links, user, now=post.now, valid=valid),
        "days": valid.days,
        "hours": int(valid.total_seconds()) // 3600,
    }
    return _said(notice, values), mails.sender_of(brand, None, post.default_sender)


def _said(notice: Notice, values: dict[str, Any]) -> MailPreview:
    language = spoken(notice.language)
    layout, clean = _layout(notice.kind, language), merge.as_values(values)
    return MailPreview(
        language=language,
        subject=merge.line(WORDS[notice.kind][language].subject, clean),
        html=merge.html(layout.html, clean),
        plain=merge.text(layout.plain, clean),
    )


@cache
def _layout(kind: str, language: str) -> Layout:
    return compile_own(WORDS[kind][language].body(), language)


def _administrator(session: Session, *, besides: User) -> dict[str, str] | None:
    """Whom to tell when something is strange: the administrator who has been here longest."""
    found = session.scalars(
        sa.select(User)
        .where(User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != besides.id)
        .order_by(User.id)
    ).first()
    return {"name": found.name or found.email, "email": found.email} if found else None


def _paused(notice: Notice, post: Post) -> tuple[MailPreview, str]:
    """A campaign that stopped itself; the mail server's own words follow ours in a second line."""
    campaign = post.session.get(Campaign, notice.facts["campaign_id"])
    if campaign is None:
        raise Refused(N_("This campaign is no longer there."))
    why, _line, said = str(notice.facts.get("why", "")).partition("\n")
    waits = sa.and_(Delivery.campaign_id == campaign.id, Delivery.state == DeliveryState.WAITING)
    waiting = post.session.scalar(sa.select(sa.func.count()).where(waits))
    language = spoken(notice.language)
    brand = brands.house(post.session)
    values = {
        "name": notice.name,
        "brand": brand_values(brand, post.links),
        "campaign": campaign.name,
        "why": REASONS.get(why, why) if language == FRENCH else why,
        "said": said,
        "waiting": format_decimal(waiting, locale=language) if waiting else "",
        "link": f"{post.links.public_url}/campaigns/{campaign.id}",
    }
    return _said(notice, values), mails.sender_of(brand, None, post.default_sender)


def _test(notice: Notice, post: Post) -> tuple[MailPreview, str]:
    """The mail as that contact would get it; its links open pages that store nothing."""
    facts, session = notice.facts, post.session
    survey = _row(session, Survey, facts.get("survey_id"))
    text = template_tests.text_of(session, facts, notice.language)
    values = mails.shown_values(
        session,
        text.language,
        survey,
        template_tests.reader_of(session, facts),
        _row(session, Interaction, facts.get("interaction_id")),
        links=post.links,
        timezone=post.timezone,
    )
    values["links"] = _preview_links(post.links, notice.id)
    brand: Brand = survey.brand if survey else brands.house(session)
    shown = mails.written(text, values)
    sender = mails.sender_of(brand, survey, post.default_sender)
    return replace(shown, subject=f"[Test] {shown.subject}"), sender


def _preview_links(links: Links, notice_id: int) -> dict[str, str]:
    scores = {
        name.partition(".")[2]: links.preview(notice_id, score)
        for name, score in zip(SCORE_LINKS, SCORES, strict=True)
    }
    return scores | {"unsubscribe": links.preview_unsubscribe(notice_id)}


def _row(session: Session, table: type[Any], row_id: int | None) -> Any:
    return session.get(table, row_id) if row_id else None


_WRITERS: dict[NoticeKind, Callable[[Notice, Post], tuple[MailPreview, str]]] = {
    NoticeKind.WELCOME: _welcome,
    NoticeKind.NEW_PASSWORD: _new_password,
    NoticeKind.TEST: _test,
    NoticeKind.PAUSED: _paused,
}
