"""A rule -> the sentence that says it: "Contacts whose store is “Nantes” and who have at least 2 orders."

`not` is pushed down to the conditions, each of which can be said both ways, so that nothing is negated twice.
"""

from __future__ import annotations

from typing import Any

from hopnps.domain.errors import N_
from hopnps.domain.rule_moments import moment_clause
from hopnps.domain.rule_predicates import predicate
from hopnps.domain.rule_said_counts import count_clause
from hopnps.domain.rule_speech import Asked, Speech, paired
from hopnps.domain.rule_tree import (
    AttributeRule,
    ContactRule,
    CountRule,
    Either,
    Every,
    Not,
    Rule,
)

_Said = tuple[bool, list[str]]  # whether "and" joins these clauses, else "or"
_NOUNS = {
    "store": N_("store"),
    "region": N_("region"),
    "language": N_("language"),
    "company": N_("company"),
    "owner": N_("colleague who looks after them"),
    "first_name": N_("first name"),
    "last_name": N_("last name"),
    "email": N_("e-mail address"),
    "email_domain": N_("domain of the e-mail address"),
    "phone": N_("phone number"),
    "notes": N_("note beside them"),
    "source": N_("source"),
    "external_id": N_("client number"),
    "last_score": N_("last score"),
}
_LANGUAGES = {"fr": N_("French"), "en": N_("English")}
_MOMENTS = {"asked", "answered", "created", "category_changed"}
_CATEGORIES = {
    "promoter": N_("promoters"),
    "passive": N_("passives"),
    "detractor": N_("detractors"),
}
_CATEGORY_SAID = {
    "last_category": (N_("who are %(category)s"), N_("who are not %(category)s")),
    "previous_category": (
        N_("who were %(category)s before their last answer"),
        N_("who were not %(category)s before their last answer"),
    ),
}
_CATEGORY_KNOWN = {
    "last_category": (N_("who are in a category"), N_("who are in no category yet")),
    "previous_category": (
        N_("who were in a category before their last answer"),
        N_("who were in no category before their last answer"),
    ),
}
_TAGS = {
    "has": (N_("who bear the tag %(tags)s"), N_("who do not bear the tag %(tags)s")),
    "has_any": (
        N_("who bear one of the tags %(tags)s"),
        N_("who bear none of the tags %(tags)s"),
    ),
    "has_all": (
        N_("who bear all of the tags %(tags)s"),
        N_("who do not bear all of the tags %(tags)s"),
    ),
}


def sentence(rule: Rule, speech: Speech) -> str:
    """Who is found, in one sentence; any rule of the grammar has one."""
    if rule == Every():
        return speech.gettext("All contacts.")
    clauses = _joined(_said(rule, True, speech), speech)
    return speech.gettext("Contacts %(clauses)s.", clauses=clauses)


def _said(rule: Rule, yes: bool, speech: Speech) -> _Said:
    match rule:
        case Every(()):
            whoever = N_("whoever they are") if yes else N_("who do not exist")
            return True, [speech.gettext(whoever)]
        case Every(rules):
            return _members(rules, yes, yes, speech)
        case Either(rules):
            return _members(rules, not yes, yes, speech)
        case Not(inner):
            return _said(inner, not yes, speech)
        case CountRule():
            return True, [count_clause(rule, yes, speech)]
        case AttributeRule():
            name = speech.quoted(rule.name)
            return yes, [predicate(name, one, yes, speech) for one in paired(rule.conditions)]
    return yes, _contact(rule, yes, speech)


def _members(rules: tuple[Rule, ...], by_and: bool, yes: bool, speech: Speech) -> _Said:
    """The clauses of a group; those of a group within it stand in brackets where they are joined otherwise."""
    clauses: list[str] = []
    for rule in rules:
        inner = _said(rule, yes, speech)
        if inner[0] == by_and or len(inner[1]) < 2:
            clauses += inner[1]
        else:
            clauses.append(
                f"({_joined(inner, speech)})" if len(rules) > 1 else _joined(inner, speech)
            )
    return by_and, clauses


def _joined(said: _Said, speech: Speech) -> str:
    by_and, clauses = said
    return speech.joined(clauses, "and" if by_and else "or")


def _contact(rule: ContactRule, yes: bool, speech: Speech) -> list[str]:
    said = [_asked(rule.field, one, yes, speech) for one in paired(rule.conditions)]
    if not (rule.before or rule.after):
        return said
    return [_change(rule, clause, speech) for clause in said]


def _asked(field: str, asked: Asked, yes: bool, speech: Speech) -> str:
    if field in _MOMENTS:
        return moment_clause(field, asked, yes, speech)
    if field in _CATEGORY_SAID:
        return _category(field, asked, yes, speech)
    if field == "tags":
        return _tags(asked, yes, speech)
    if field == "reachable":
        return speech.gettext(
            N_("who can be reached by mail")
            if asked["is"] == yes
            else N_("who cannot be reached by mail")
        )
    if field == "language":
        asked = {operator: _languages(value, speech) for operator, value in asked.items()}
    noun = _NOUNS[field]
    return predicate(speech.gettext(noun), asked, yes, speech)


def _languages(value: Any, speech: Speech) -> Any:
    """The languages we speak by their names."""
    if isinstance(value, tuple):
        return tuple(_languages(one, speech) for one in value)
    return speech.gettext(_LANGUAGES[value]) if value in _LANGUAGES else value


def _category(field: str, asked: Asked, yes: bool, speech: Speech) -> str:
    if "empty" in asked:
        return speech.gettext(_CATEGORY_KNOWN[field][yes == asked["empty"]])
    value = next(iter(asked.values()))
    names = [
        speech.gettext(_CATEGORIES[one]) for one in ([value] if isinstance(value, str) else value)
    ]
    return speech.gettext(
        _CATEGORY_SAID[field][not yes], category=speech.joined(names, "or" if yes else "nor")
    )


def _tags(asked: Asked, yes: bool, speech: Speech) -> str:
    operator, value = next(iter(asked.items()))
    if operator == "empty":
        return speech.gettext(
            N_("who bear no tag") if value == yes else N_("who bear a tag"),
        )
    said = speech.values(value, "and" if operator == "has_all" else "or")
    return speech.gettext(_TAGS[operator][not yes], tags=said)


def _change(rule: ContactRule, clause: str, speech: Speech) -> str:
    """From which category, to which: said behind the change."""
    ends = []
    if rule.before:
        ends.append(
            speech.gettext("from %(category)s", category=speech.gettext(_CATEGORIES[rule.before]))
        )
    if rule.after:
        ends.append(
            speech.gettext("to %(category)s", category=speech.gettext(_CATEGORIES[rule.after]))
        )
    return speech.gettext("%(clause)s (%(ends)s)", clause=clause, ends=" ".join(ends))
