"""So many orders, tickets or answers, in words: "who have at least 2 orders in the last 60 days"."""

from __future__ import annotations

from hopnps.domain.errors import N_
from hopnps.domain.rule_moments import when
from hopnps.domain.rule_predicates import predicate
from hopnps.domain.rule_speech import Speech, paired
from hopnps.domain.rule_tree import CountRule

_HAVE = {
    "none": (N_("who have no %(things)s"), N_("who have at least one %(things)s")),
    "least": (
        N_("who have at least %(count)s %(things)s"),
        N_("who do not have at least %(count)s %(things)s"),
    ),
    "most": (
        N_("who have at most %(count)s %(things)s"),
        N_("who have more than %(count)s %(things)s"),
    ),
    "exactly": (
        N_("who have exactly %(count)s %(things)s"),
        N_("who do not have exactly %(count)s %(things)s"),
    ),
    "between": (
        N_("who have between %(count)s and %(most)s %(things)s"),
        N_("who do not have between %(count)s and %(most)s %(things)s"),
    ),
}
_CATEGORIES = {
    "promoter": N_("with a promoter’s score"),
    "passive": N_("with a passive’s score"),
    "detractor": N_("with a detractor’s score"),
}
_IN = {
    "store": N_("in the store %(name)s"),
    "region": N_("in the region %(name)s"),
    "agent": N_("served by %(name)s"),
    "survey": N_("to the survey %(name)s"),
    "campaign": N_("to the campaign %(name)s"),
    "scale": N_("on the scale %(name)s"),
}


def count_clause(rule: CountRule, yes: bool, speech: Speech) -> str:
    """Who has that many, or has not."""
    shape, number = _limits(rule)
    if shape == "least" and number == 1 and yes:
        shape, yes = "none", False
    elif shape == "least" and number == 1:
        shape, yes = "none", True
    things = " ".join([_things(rule, number, speech), *_filters(rule, speech)])
    return speech.gettext(
        _HAVE[shape][not yes],
        count=speech.number(number),
        most=speech.number(rule.high or 0),
        things=things,
    )


def _limits(rule: CountRule) -> tuple[str, int]:
    if rule.high is None:
        return "least", rule.low
    if rule.high == rule.low:
        return ("exactly", rule.low) if rule.low else ("none", 0)
    return ("between", rule.low) if rule.low else ("most", rule.high)


def _things(rule: CountRule, number: int, speech: Speech) -> str:
    many = max(number, rule.high or 0) if rule.high is not None else number
    if rule.counted == "answers":
        return speech.ngettext("answer", "answers", many)
    match str(rule.filters.get("kind", "")).casefold():
        case "":
            return speech.ngettext("order or ticket", "orders or tickets", many)
        case "order":
            return speech.ngettext("order", "orders", many)
        case "ticket":
            return speech.ngettext("ticket", "tickets", many)
        case "repair":
            return speech.ngettext("repair", "repairs", many)
    return speech.ngettext(
        "file of the kind %(kind)s",
        "files of the kind %(kind)s",
        many,
        kind=speech.quoted(rule.filters["kind"]),
    )


def _filters(rule: CountRule, speech: Speech) -> list[str]:
    asked = rule.filters
    said = [
        speech.gettext(_IN[name], name=speech.quoted(asked[name])) for name in _IN if name in asked
    ]
    if "category" in asked:
        words = _CATEGORIES[asked["category"]]
        said.append(speech.gettext(words))
    if "commented" in asked:
        said.append(
            speech.gettext("with a comment")
            if asked["commented"]
            else speech.gettext("without a comment")
        )
    score = speech.gettext(N_("score"))
    clauses = [predicate(score, one, True, speech) for one in paired(asked.get("score", ()))]
    for detail in asked.get("data", ()):
        name = speech.quoted(detail.name)
        clauses += [predicate(name, one, True, speech) for one in paired(detail.conditions)]
    if clauses:
        said.append(speech.joined(clauses, "and"))
    return said + [when(one, speech) for one in paired(rule.period)]
