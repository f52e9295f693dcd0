"""What a rule can ask, as people choose it: each field with its comparisons, each comparison with what is typed after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hopnps.domain.conditions import Kind
from hopnps.domain.errors import N_
from hopnps.domain.rule_tree import FIELDS


class Shape(StrEnum):
    """What is typed after a comparison."""

    NOTHING = "nothing"
    TEXT = "text"
    TEXTS = "texts"  # several, one a line or ticked
    NUMBER = "number"
    DAY = "day"
    DAYS = "days"  # how many


@dataclass(frozen=True)
class Ask:
    """A comparison: the operators of the grammar it stands for, two of them where two values are typed."""

    label: str
    shape: Shape
    operators: tuple[str, ...] = ()
    fixed: dict[str, Any] = field(
        default_factory=dict
    )  # the whole condition, where nothing is typed


ASKS = {
    "is": Ask(N_("is"), Shape.TEXT, ("is",)),
    "in": Ask(N_("is one of"), Shape.TEXTS, ("in",)),
    "contains": Ask(N_("contains"), Shape.TEXT, ("contains",)),
    "starts_with": Ask(N_("starts with"), Shape.TEXT, ("starts_with",)),
    "ends_with": Ask(N_("ends with"), Shape.TEXT, ("ends_with",)),
    "has": Ask(N_("hold"), Shape.TEXT, ("has",)),
    "has_any": Ask(N_("hold one of"), Shape.TEXTS, ("has_any",)),
    "has_all": Ask(N_("hold all of"), Shape.TEXTS, ("has_all",)),
    "at_least": Ask(N_("is at least"), Shape.NUMBER, ("at_least",)),
    "at_most": Ask(N_("is at most"), Shape.NUMBER, ("at_most",)),
    "equals": Ask(N_("is the number"), Shape.NUMBER, ("is",)),
    "between": Ask(N_("is between"), Shape.NUMBER, ("at_least", "at_most")),
    "within_days": Ask(N_("in the last"), Shape.DAYS, ("within_days",)),
    "older_than_days": Ask(N_("dates back at least"), Shape.DAYS, ("older_than_days",)),
    "days_between": Ask(N_("dates back between"), Shape.DAYS, ("older_than_days", "within_days")),
    "since": Ask(N_("since"), Shape.DAY, ("since",)),
    "until": Ask(N_("until"), Shape.DAY, ("until",)),
    "from_to": Ask(N_("between the days"), Shape.DAY, ("since", "until")),
    "filled": Ask(N_("is known"), Shape.NOTHING, fixed={"empty": False}),
    "empty": Ask(N_("is not known"), Shape.NOTHING, fixed={"empty": True}),
    "ever": Ask(N_("at least once"), Shape.NOTHING, fixed={"empty": False}),
    "never": Ask(N_("never"), Shape.NOTHING, fixed={"empty": True}),
    "yes": Ask(N_("yes"), Shape.NOTHING, fixed={"is": True}),
    "no": Ask(N_("no"), Shape.NOTHING, fixed={"is": False}),
}

_KNOWN = ("filled", "empty")
_TEXT = ("is", "in", "contains", "starts_with", "ends_with")
_NUMBER = ("at_least", "at_most", "equals", "between")
PERIOD = ("within_days", "older_than_days", "days_between", "since", "until", "from_to")
ASKS_OF = {
    Kind.TEXT: (*_TEXT, *_KNOWN),
    Kind.CODE: ("is", "in", "starts_with", *_KNOWN),
    Kind.WORD: ("is", "in"),
    Kind.PLACE: ("is", "in", *_KNOWN),
    Kind.TAGS: ("has", "has_any", "has_all", *_KNOWN),
    Kind.NUMBER: (*_NUMBER, *_KNOWN),
    Kind.CATEGORY: ("is", "in", *_KNOWN),
    Kind.MOMENT: (*PERIOD, "ever", "never"),
    Kind.FLAG: ("yes", "no"),
    Kind.ATTRIBUTE: (*_TEXT, *_NUMBER, *PERIOD, *_KNOWN),
}
SCORE = _NUMBER
HOWS = {
    "at_least": N_("at least"),
    "at_most": N_("at most"),
    "exactly": N_("exactly"),
    "between": N_("between"),
    "none": N_("none"),
}

ATTRIBUTE, INTERACTIONS, ANSWERS, KEPT = "attribute", "interactions", "answers", "kept"
COUNTED = (INTERACTIONS, ANSWERS)
LABELS = {
    "store": N_("Store"),
    "region": N_("Region"),
    "language": N_("Language"),
    "tags": N_("Tags"),
    "company": N_("Company"),
    "owner": N_("Looked after by"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "email": N_("E-mail"),
    "email_domain": N_("Domain of the e-mail"),
    "phone": N_("Phone"),
    "notes": N_("Notes"),
    "source": N_("Source"),
    "external_id": N_("Client number"),
    "created": N_("Added here"),
    ATTRIBUTE: N_("A column of your own"),
    INTERACTIONS: N_("Orders and tickets"),
    "last_category": N_("Last category"),
    "last_score": N_("Last score"),
    "previous_category": N_("Category before the last"),
    "category_changed": N_("Category changed"),
    "answered": N_("Last answer"),
    ANSWERS: N_("Number of answers"),
    "asked": N_("Last survey sent"),
    "reachable": N_("Can be reached by mail"),
}
GROUPS = (
    (
        N_("The client"),
        (
            "store",
            "region",
            "language",
            "tags",
            "company",
            "owner",
            "first_name",
            "last_name",
            "email",
            "email_domain",
            "phone",
            "notes",
            "source",
            "external_id",
            "created",
            ATTRIBUTE,
        ),
    ),
    (N_("What happened"), (INTERACTIONS,)),
    (
        N_("Answers"),
        (
            "last_category",
            "last_score",
            "previous_category",
            "category_changed",
            "answered",
            ANSWERS,
        ),
    ),
    (N_("Surveys sent"), ("asked", "reachable")),
)


def asks_of(subject: str) -> tuple[str, ...]:
    """The comparisons that make sense for a subject; for what is counted, those of its period."""
    if subject in COUNTED:
        return PERIOD
    if subject == ATTRIBUTE:
        return ASKS_OF[Kind.ATTRIBUTE]
    if subject == "language":  # a list of few, though its kind is a text
        return ASKS_OF[Kind.PLACE]
    return ASKS_OF[FIELDS[subject]] if subject in FIELDS else ()
