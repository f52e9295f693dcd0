"""What may stand in a mail: every merge field, declared once for the editor, the preview, the lint and the docs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hopnps.domain.errors import N_
from hopnps.domain.languages import ENGLISH
from hopnps.domain.score import SCORES


class Need(StrEnum):
    """When a mail must bear a field."""

    NEVER = "never"
    ALWAYS = "always"
    WITH_SURVEY = "with survey"


@dataclass(frozen=True)
class Field:
    """`name` ends in `.*` where the house adds its own words, as in `contact.attributes.*`."""

    name: str
    description: str
    french: str
    english: str
    need: Need = Need.NEVER

    def sample(self, language: str) -> str:
        """What stands there in a preview."""
        return self.english if language == ENGLISH else self.french

    @property
    def required(self) -> bool:
        return self.need != Need.NEVER


SCORE_BAR, UNSUBSCRIBE, LOGO = "links.score_bar", "links.unsubscribe", "brand.logo"
INTERACTION_DATE = "interaction.date"

FIELDS = (
    Field("contact.first_name", N_("First name of the client."), "Claire", "Tom"),
    Field("contact.last_name", N_("Last name of the client."), "Delmas", "Ashby"),
    Field("contact.company", N_("Company of the client."), "Atelier Delmas", "Ashby & Sons"),
    Field("contact.email", N_("E-mail of the client."), "claire@example.org", "tom@example.com"),
    Field("contact.phone", N_("Phone of the client."), "01 99 00 12 34", "+44 20 7946 0123"),
    Field("contact.owner", N_("Who looks after this client."), "Inès Kerbrat", "Inès Kerbrat"),
    Field(
        "contact.attributes.*",
        N_("An attribute of the client, by its name: contact.attributes.segment."),
        "",
        "",
    ),
    Field("interaction.reference", N_("Reference of the order or ticket."), "R-20455", "R-20455"),
    Field("interaction.kind", N_("What it was: an order, a ticket."), "demande", "request"),
    Field(
        INTERACTION_DATE,
        N_("The day of the order or ticket, in words."),
        "mardi 30 septembre 2025",
        "Tuesday 30 September 2025",
    ),
    Field("interaction.agent", N_("Who served the client."), "Sophie Marchal", "Sophie Marchal"),
    Field("interaction.store", N_("The store where it happened."), "Versailles", "Annecy"),
    Field(
        "interaction.data.*",
        N_("Whatever came with the order or ticket, by its name: interaction.data.amount."),
        "",
        "",
    ),
    Field("store.name", N_("The store of this mail."), "Versailles", "Annecy"),
    Field("store.region", N_("The region of that store."), "Île-de-France", "Savoie"),
    Field(
        "survey.question",
        N_("The question of the survey."),
        "Nous recommanderiez-vous à un proche ?",
        "Would you recommend us to a friend?",
    ),
    Field("survey.low_label", N_("What 0 means."), "pas du tout probable", "not at all likely"),
    Field("survey.high_label", N_("What 10 means."), "très probable", "very likely"),
    Field("brand.name", N_("Name of the brand."), "Cycles Tilleul", "Cycles Tilleul"),
    Field(
        "brand.address_line",
        N_("Address line of the brand."),
        "12 rue des Tilleuls, 69003 Lyon",
        "12 rue des Tilleuls, 69003 Lyon",
    ),
    Field("brand.text_colour", N_("Text colour of the brand."), "#ffffff", "#ffffff"),
    Field("brand.background_colour", N_("Background colour of the brand."), "#17624a", "#17624a"),
    Field(LOGO, N_("Address of the brand’s logo, empty if it has none."), "", ""),
    Field(
        SCORE_BAR,
        N_("The eleven score buttons; they need a place of their own in the text."),
        "",
        "",
        Need.WITH_SURVEY,
    ),
    Field(
        UNSUBSCRIBE,
        N_("Address of the page where one unsubscribes, for a link."),
        "",
        "",
        Need.ALWAYS,
    ),
)

SCORE_LINKS = tuple(f"links.score_{score}" for score in SCORES)
ADDRESSES = frozenset({*SCORE_LINKS, UNSUBSCRIBE, LOGO})  # what a link or picture may point at
NAMES = frozenset({field.name for field in FIELDS} | set(SCORE_LINKS))


def is_known(name: str) -> bool:
    """Whether a mail may say this field; `contact.attributes.anything` is known."""
    if name.endswith("*"):
        return False
    room = ".".join(name.split(".")[:2])
    return name in NAMES or (room != name and f"{room}.*" in NAMES)


def sample_values(language: str) -> dict[str, dict[str, Any]]:
    """One value for every field but links and open rooms, for previews and for trying a template out."""
    rooms: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        room, _, name = field.name.partition(".")
        if not field.name.endswith(".*"):
            rooms.setdefault(room, {})[name] = field.sample(language) or None
    return rooms
