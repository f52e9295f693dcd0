"""An invitation -> the bytes of its mail, ready for SMTP DATA; a version and a person -> what a screen previews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, object_session

from hopnps.domain import merge, mime
from hopnps.domain.address import normalise
from hopnps.domain.merge_fields import ADDRESSES, SCORE_LINKS
from hopnps.links import Links
from hopnps.models import (
    Contact,
    Interaction,
    Invitation,
    Survey,
    SurveyKind,
    TemplateText,
    TemplateVersion,
)
from hopnps.services import brands
from hopnps.services.merge_values import brand_values, link_values, survey_values, values_for


@dataclass(frozen=True)
class ComposedMail:
    """`sender` and `recipient` are the bare addresses of the envelope; `content` is the whole message."""

    sender: str
    recipient: str
    subject: str
    html: str
    plain: str
    message_id: str
    content: bytes


@dataclass(frozen=True)
class MailPreview:
    language: str
    subject: str
    html: str
    plain: str


def compose(
    invitation: Invitation,
    *,
    links: Links,
    default_sender: str,
    timezone: ZoneInfo,
    now: datetime,
    number: int = 1,
) -> ComposedMail:
    """The mail of this invitation's delivery `number`; the same mail each time, but for its Date.

    Raises Invalid if its address or its words cannot be used.
    """
    version, survey = invitation.template_version, invitation.survey
    brand = survey.brand if survey else brands.house(_session_of(version))
    text = version.text_in(invitation.language)
    values = values_for(
        contact=invitation.contact,
        brand=brand,
        survey=survey,
        interaction=invitation.interaction,
        language=text.language,
        timezone=timezone,
        links=links,
    )
    values["links"] = link_values(links, invitation.id, survey=survey is not None)
    shown = _written(text, values)
    sender_name, sender = mime.sender_of(
        (survey and survey.sender) or brand.sender or default_sender
    )
    recipient = normalise(invitation.address.email)
    message_id = f"<{invitation.id}.{number}.{invitation.created_at:%Y%m%d%H%M%S}@{links.domain}>"
    headers = [
        ("From", mime.mailbox(sender_name, sender)),
        ("To", mime.mailbox(_name_of(values), recipient)),
        ("Subject", mime.words(shown.subject, after="Subject")),
        ("Date", mime.moment(now.astimezone(timezone))),
        ("Message-ID", message_id),
        ("List-Id", f"<{survey.slug if survey else version.template.slug}.{links.domain}>"),
        ("List-Unsubscribe", f"<{values['links']['unsubscribe']}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Auto-Submitted", "auto-generated"),
    ]
    content = mime.message(
        headers=headers,
        plain=shown.plain,
        html=shown.html,
        boundary=f"=_{invitation.id}_{number}_=",
    )
    return ComposedMail(
        sender, recipient, shown.subject, shown.html, shown.plain, message_id, content
    )


def preview(
    version: TemplateVersion,
    language: str,
    survey: Survey | None,
    contact: Contact | None = None,
    interaction: Interaction | None = None,
    *,
    links: Links,
    timezone: ZoneInfo,
) -> MailPreview:
    """What this version would say to this contact, or to a sample one; its links lead nowhere, nothing is written."""
    return preview_text(
        _session_of(version),
        version.text_in(language),
        survey,
        contact,
        interaction,
        links=links,
        timezone=timezone,
    )


def preview_text(
    session: Session,
    text: TemplateText,
    survey: Survey | None,
    contact: Contact | None = None,
    interaction: Interaction | None = None,
    *,
    links: Links,
    timezone: ZoneInfo,
) -> MailPreview:
    """The same of a text that need not be saved yet."""
    brand = survey.brand if survey else brands.house(session)
    if contact:
        values = values_for(
            contact=contact,
            brand=brand,
            survey=survey,
            interaction=interaction,
            language=text.language,
            timezone=timezone,
            links=links,
        )
    else:
        values = merge.sample_values(text.language)
        values["brand"] = merge.as_values(brand_values(brand, links))
        if survey:
            values["survey"] = survey_values(survey, text.language)
            if survey.kind == SurveyKind.RELATIONAL:
                values["interaction"] = {}  # its mails are about none
    values["links"] = {name.partition(".")[2]: "#" for name in ADDRESSES}
    shown = _written(text, values)
    values["links"] = _example_links(links)
    return replace(shown, plain=merge.text(text.plain, values))


def _example_links(links: Links) -> dict[str, str]:
    """Addresses as they look in the text part; nobody owns these tokens."""
    found = {name.partition(".")[2]: f"{links.public_url}/s/.../{name[-1]}" for name in SCORE_LINKS}
    return found | {
        "score_10": f"{links.public_url}/s/.../10",
        "unsubscribe": f"{links.public_url}/u/...",
    }


def _written(text: TemplateText, values: dict[str, Any]) -> MailPreview:
    return MailPreview(
        language=text.language,
        subject=merge.line(text.subject, values),
        html=merge.html(text.html, values),
        plain=merge.text(text.plain, values),
    )


def _name_of(values: dict[str, Any]) -> str:
    person = values["contact"]
    return " ".join(person[part] for part in ("first_name", "last_name") if person[part])


def _session_of(row: Any) -> Session:
    session = object_session(row)
    assert session is not None, "compose reads rows that belong to a session"
    return session
