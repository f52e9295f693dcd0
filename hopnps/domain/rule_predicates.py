"""A field and what is asked of it -> a clause: "whose company contains “Tilleul”", or that it does not."""

from __future__ import annotations

from datetime import date
from typing import Any

from hopnps.domain.errors import N_
from hopnps.domain.rule_moments import when
from hopnps.domain.rule_speech import Asked, Speech

# each operator with its clause, and the clause that says the contrary
_SAID = {
    "is": (N_("whose %(field)s is %(value)s"), N_("whose %(field)s is not %(value)s")),
    "in": (N_("whose %(field)s is %(value)s"), N_("whose %(field)s is neither %(value)s")),
    "contains": (
        N_("whose %(field)s contains %(value)s"),
        N_("whose %(field)s does not contain %(value)s"),
    ),
    "starts_with": (
        N_("whose %(field)s starts with %(value)s"),
        N_("whose %(field)s does not start with %(value)s"),
    ),
    "ends_with": (
        N_("whose %(field)s ends with %(value)s"),
        N_("whose %(field)s does not end with %(value)s"),
    ),
    "at_least": (
        N_("whose %(field)s is %(value)s or more"),
        N_("whose %(field)s is not %(value)s or more"),
    ),
    "at_most": (
        N_("whose %(field)s is %(value)s or less"),
        N_("whose %(field)s is not %(value)s or less"),
    ),
    "empty": (N_("whose %(field)s is not known"), N_("whose %(field)s is known")),
    "moment": (N_("whose %(field)s lies %(value)s"), N_("whose %(field)s does not lie %(value)s")),
}
_BETWEEN = (
    N_("whose %(field)s lies between %(value)s and %(most)s"),
    N_("whose %(field)s does not lie between %(value)s and %(most)s"),
)


def predicate(field: str, asked: Asked, yes: bool, speech: Speech) -> str:
    """`field` is the noun as it is said, `asked` one operator with its value, or a pair of them."""
    if asked.keys() == {"at_least", "at_most"}:
        least, most = (speech.number(asked[end]) for end in ("at_least", "at_most"))
        return speech.gettext(_BETWEEN[not yes], field=field, value=least, most=most)
    operator, value = next(iter(asked.items()))
    if operator == "empty":
        unknown, known = _SAID["empty"]
        return speech.gettext(unknown if yes == value else known, field=field)
    if len(asked) > 1 or operator in ("since", "until", "within_days", "older_than_days"):
        lies, lies_not = _SAID["moment"]
        said = when(asked, speech)
        return speech.gettext(lies if yes else lies_not, field=field, value=said)
    several = operator == "in" and len(value) > 1
    shape = "is" if operator == "in" and not several else operator
    said = _value(value, "or" if yes or not several else "nor", speech)
    return speech.gettext(_SAID[shape][not yes], field=field, value=said)


def _value(value: Any, last: str, speech: Speech) -> str:
    if isinstance(value, date):
        return speech.day(value)
    return speech.number(value) if isinstance(value, int | float) else speech.values(value, last)
