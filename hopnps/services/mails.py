"""An invitation -> the bytes of its mail, ready for SMTP DATA; a version and a person -> what a screen previews."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, object_session

from hopnps.domain import merge
from hopnps.domain.merge_fields import ADDRESSES, SCORE_LINKS
from hopnps.links import Links
from hopnps.models import (
    Brand,
    Contact,
    Interaction,
    Invitation,
    Survey,
    SurveyKind,
    TemplateText,
    TemplateVersion,
)
from hopnps.services import brands, survey_versions
from hopnps.services.envelopes import ComposedMail, MailPreview, seal
from hopnps.services.merge_values import brand_values, link_values, survey_values, values_for


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
    if survey:
        asked = survey_versions.shown_to(invitation).question_in(text.language)
        values["survey"] = merge.as_values(asdict(asked))
    values["links"] = link_values(links, invitation.id, survey=survey is not None)
    unsubscribe = values["links"]["unsubscribe"]
    return seal(
        written(text, values),
        sender=sender_of(brand, survey, default_sender),
        recipient=invitation.address.email,
        name=_name_of(values),
        message_id=f"<{invitation.id}.{number}.{invitation.created_at:%Y%m%d%H%M%S}@{links.domain}>",
        at=now.astimezone(timezone),
        more=[
            ("List-Id", f"<{survey.slug if survey else version.template.slug}.{links.domain}>"),
            ("List-Unsubscribe", f"<{unsubscribe}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ],
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
    values = shown_values(
        session, text.language, survey, contact, interaction, links=links, timezone=timezone
    )
    values["links"] = {name.partition(".")[2]: "#" for name in ADDRESSES}
    shown = written(text, values)
    values["links"] = _example_links(links)
    return replace(shown, plain=merge.text(text.plain, values))


def shown_values(
    session: Session,
    language: str,
    survey: Survey | None,
    contact: Contact | None,
    interaction: Interaction | None,
    *,
    links: Links,
    timezone: ZoneInfo,
) -> dict[str, Any]:
    """What the fields stand for when this contact, or a sample one, is shown a mail; all but its links."""
    brand = survey.brand if survey else brands.house(session)
    if contact:
        return values_for(
            contact=contact,
            brand=brand,
            survey=survey,
            interaction=interaction,
            language=language,
            timezone=timezone,
            links=links,
        )
    values: dict[str, Any] = merge.sample_values(language)
    values["brand"] = merge.as_values(brand_values(brand, links))
    if survey:
        values["survey"] = survey_values(survey, language)
        if survey.kind == SurveyKind.RELATIONAL:
            values["interaction"] = {}  # its mails are about none
    return values


def sender_of(brand: Brand, survey: Survey | None, default: str) -> str:
    """Who writes a mail: the survey's sender, else the brand's, else the installation's."""
    return (survey and survey.sender) or brand.sender or default


def written(text: TemplateText, values: dict[str, Any]) -> MailPreview:
    """A template's text with its fields filled in."""
    return MailPreview(
        language=text.language,
        subject=merge.line(text.subject, values),
        html=merge.html(text.html, values),
        plain=merge.text(text.plain, values),
    )


def _example_links(links: Links) -> dict[str, str]:
    """Addresses as they look in the text part; nobody owns these tokens."""
    found = {name.partition(".")[2]: f"{links.public_url}/s/.../{name[-1]}" for name in SCORE_LINKS}
    return found | {
        "score_10": f"{links.public_url}/s/.../10",
        "unsubscribe": f"{links.public_url}/u/...",
    }


def _name_of(values: dict[str, Any]) -> str:
    person = values["contact"]
    return " ".join(person[part] for part in ("first_name", "last_name") if person[part])


def _session_of(row: Any) -> Session:
    session = object_session(row)
    assert session is not None, "compose reads rows that belong to a session"
    return session
