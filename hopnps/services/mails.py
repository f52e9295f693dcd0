"""A version of a template and a person -> what they would read, for screens and for mails to try out."""

from __future__ import annotations

from dataclasses import replace
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
    Survey,
    SurveyKind,
    TemplateText,
    TemplateVersion,
)
from hopnps.services import brands
from hopnps.services.envelopes import MailPreview
from hopnps.services.merge_values import brand_values, survey_values, values_for


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


def _session_of(row: Any) -> Session:
    session = object_session(row)
    assert session is not None, "previews read rows that belong to a session"
    return session
