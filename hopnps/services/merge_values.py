"""Rows of the database -> the plain values that merge fields stand for, in the mail's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from hopnps.domain.languages import FRENCH
from hopnps.domain.merge import as_values
from hopnps.domain.merge_fields import SCORE_LINKS
from hopnps.domain.score import SCORES
from hopnps.links import Links
from hopnps.models import Brand, Contact, Interaction, Survey

BRAND_COLUMNS = ("name", "address_line", "text_colour", "background_colour")
_KINDS = {
    "order": {"fr": "commande", "en": "order"},
    "ticket": {"fr": "demande", "en": "request"},
}


def values_for(
    *,
    contact: Contact,
    brand: Brand,
    survey: Survey | None,
    interaction: Interaction | None,
    language: str,
    timezone: ZoneInfo,
    links: Links,
) -> dict[str, Any]:
    """Everything but the links to answer and to unsubscribe, which belong to an invitation."""
    store = (interaction.store if interaction else None) or contact.store
    return as_values(
        {
            "contact": _contact(contact),
            "interaction": _interaction(interaction, language, timezone),
            "store": {
                "name": store.name if store else "",
                "region": store.region.name if store and store.region else "",
            },
            "survey": survey_values(survey, language),
            "brand": brand_values(brand, links),
        }
    )


def brand_values(brand: Brand, links: Links) -> dict[str, str]:
    words = [getattr(brand, name) for name in BRAND_COLUMNS]
    return brand_words(words, brand.logo.sha256 if brand.logo else None, links)


def brand_words(words: Iterable[str], logo: str | None, links: Links) -> dict[str, str]:
    """The same of its columns, and its logo's hash."""
    said = dict(zip(BRAND_COLUMNS, words, strict=True))
    return said | {"logo": links.image(logo) if logo else ""}


def link_values(links: Links, invitation_id: int, *, survey: bool) -> dict[str, str]:
    """The addresses of one invitation; a plain word without a survey can only unsubscribe."""
    found = {"unsubscribe": links.unsubscribe(invitation_id)}
    if survey:
        answer = links.answer(invitation_id)
        found |= {
            name.partition(".")[2]: f"{answer}/{score}"
            for name, score in zip(SCORE_LINKS, SCORES, strict=True)
        }
    return found


def kind_in_words(kind: str, language: str) -> str:
    """`commande` for an order; a kind of the house's own as it is written."""
    return _KINDS.get(kind.casefold(), {}).get(language, kind)


@lru_cache(maxsize=1024)
def day_in_words(day: date, language: str) -> str:
    """`mardi 30 septembre 2025`, `lundi 1er septembre 2025`, `Tuesday 30 September 2025`."""
    words = format_date(day, "EEEE d MMMM y", locale=language)
    return words.replace(" 1 ", " 1er ", 1) if language == FRENCH else words


def _contact(contact: Contact) -> dict[str, Any]:
    names = ("first_name", "last_name", "company", "email", "phone", "owner", "attributes")
    return {name: getattr(contact, name) for name in names}


def _interaction(
    interaction: Interaction | None, language: str, timezone: ZoneInfo
) -> dict[str, Any]:
    if interaction is None:
        return {}
    occurred: datetime = interaction.occurred_at
    return {
        "reference": interaction.reference,
        "kind": kind_in_words(interaction.kind, language),
        "date": day_in_words(occurred.astimezone(timezone).date(), language),
        "agent": interaction.agent,
        "store": interaction.store.name if interaction.store else "",
        "data": interaction.data,
    }


def survey_values(survey: Survey | None, language: str) -> dict[str, str]:
    if survey is None:
        return {}
    text = survey.text_in(language)
    return {"question": text.question, "low_label": text.low_label, "high_label": text.high_label}
