"""A segment's rule as data (JSON) -> a tree of typed rules, or a plain refusal that says where.

    {}                                                             everyone
    {"all": [RULE, ...]}   {"any": [RULE, ...]}   {"not": RULE}    groups, nested
    {"contact": FIELD, OPERATOR: VALUE, ...}                       a field; all its conditions hold
    {"attribute": NAME, OPERATOR: VALUE, ...}                      a column of one's own
    {"interactions": {FILTER: VALUE, ...}, "at_least": 2}          how many orders, tickets, ...
    {"answers": {FILTER: VALUE, ...}, "exactly": 0}                how many answers

FIELDS names the contact fields with the kind of each; `conditions.OPERATORS` what can be asked of a kind. Counts are
`at_least`, `at_most` or `exactly`; none of them means at least one. A missing value meets no condition but `"empty": true`,
so `not` always turns members into everybody else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hopnps.domain.conditions import (
    Kind,
    fault,
    read_category,
    read_conditions,
    read_text,
    refuse_others,
)
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.rule_counts import read_counted
from hopnps.domain.rule_tree import (
    FIELDS,
    AttributeRule,
    ContactRule,
    CountRule,
    Either,
    Every,
    Not,
    Rule,
)

DEEPEST = 8  # groups within groups
MOST_LEAVES = 100
LONGEST_RULE = 100_000  # characters of JSON


def parse(text: str) -> dict[str, Any]:
    """JSON as typed -> a rule that was checked, still as data; raises Invalid in words."""
    if len(text) > LONGEST_RULE:
        raise Invalid(N_("This rule is too large."), field="rule")
    try:
        rule = json.loads(text.strip() or "{}", object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        raise Invalid(
            N_("This cannot be read: something is wrong at line %(line)s, column %(column)s."),
            field="rule",
            line=error.lineno,
            column=error.colno,
        ) from error
    except (RecursionError, ValueError) as error:
        raise Invalid(N_("This rule cannot be read."), field="rule") from error
    read(rule)
    return rule


def read(data: Any) -> Rule:
    """A rule as data -> its tree; raises Invalid with the path of what is wrong."""
    rule = _read(data, "", 0)
    if _leaves(rule) > MOST_LEAVES:
        raise fault("", N_("%(path)s: more than %(most)s conditions."), most=MOST_LEAVES)
    return rule


def written(rule: dict[str, Any], indent: str = "") -> str:
    """A rule as people read and edit it: groups indented, each leaf on a line of its own."""
    inner = indent + "  "
    match rule:
        case {"all": [_, *_] as members} | {"any": [_, *_] as members}:
            lines = ",\n".join(inner + written(one, inner) for one in members)
            return f'{{"{next(iter(rule))}": [\n{lines}\n{indent}]}}'
        case {"not": dict() as member}:
            return f'{{"not": {written(member, indent)}}}'
    return json.dumps(rule, ensure_ascii=False)


def _read(data: Any, path: str, depth: int) -> Rule:
    if not isinstance(data, dict):
        raise fault(path, N_("%(path)s: a rule in braces is expected, not %(value)s."), value=data)
    if depth > DEEPEST:
        raise fault(path, N_("%(path)s: groups are nested more than %(most)s deep."), most=DEEPEST)
    if not data:
        return Every()
    for head, reader in _READERS.items():
        if head in data:
            rest = {key: value for key, value in data.items() if key != head}
            return reader(data[head], rest, f"{path}.{head}", depth)
    raise fault(
        path,
        N_("%(path)s: “%(name)s” does not begin a rule. What does: %(known)s."),
        name=str(next(iter(data)))[:40],
        known=", ".join(_READERS),
    )


def _read_every(data: Any, rest: dict[str, Any], path: str, depth: int) -> Rule:
    return Every(_members(data, rest, path, depth))


def _read_either(data: Any, rest: dict[str, Any], path: str, depth: int) -> Rule:
    rules = _members(data, rest, path, depth)
    if not rules:
        raise fault(path, N_("%(path)s: the list is empty, so nobody could be found."))
    return Either(rules)


def _members(data: Any, rest: dict[str, Any], path: str, depth: int) -> tuple[Rule, ...]:
    refuse_others(rest, path)
    if not isinstance(data, list):
        raise fault(path, N_("%(path)s: a list of rules is expected, not %(value)s."), value=data)
    return tuple(_read(one, f"{path}[{number}]", depth + 1) for number, one in enumerate(data))


def _read_not(data: Any, rest: dict[str, Any], path: str, depth: int) -> Rule:
    refuse_others(rest, path)
    return Not(_read(data, path, depth + 1))


def _read_contact(name: Any, rest: dict[str, Any], path: str, _depth: int) -> Rule:
    if not isinstance(name, str) or name not in FIELDS:
        known = ", ".join(FIELDS)
        raise fault(
            path, N_("%(path)s: %(value)s is no field. Known: %(known)s."), value=name, known=known
        )
    path = f"{path}({name})"
    before, after = "", ""
    if name == "category_changed":
        before, after = (
            read_category(rest.pop(end), f"{path}.{end}") if end in rest else ""
            for end in ("from", "to")
        )
        rest = rest or {"empty": False}
    return ContactRule(name, read_conditions(FIELDS[name], rest, path), before, after)


def _read_attribute(name: Any, rest: dict[str, Any], path: str, _depth: int) -> Rule:
    return AttributeRule(read_text(name, path), read_conditions(Kind.ATTRIBUTE, rest, path))


def _read_interactions(data: Any, rest: dict[str, Any], path: str, _depth: int) -> Rule:
    return read_counted("interactions", data, rest, path)


def _read_answers(data: Any, rest: dict[str, Any], path: str, _depth: int) -> Rule:
    return read_counted("answers", data, rest, path)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Python keeps the last of two equal keys without a word; a rule that loses half of itself must not pass."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise fault(
                "", N_("%(path)s: “%(name)s” stands twice in the same braces."), name=name[:40]
            )
        found[name] = value
    return found


def _leaves(rule: Rule) -> int:
    if isinstance(rule, Every | Either):
        return sum(_leaves(one) for one in rule.rules)
    if isinstance(rule, Not):
        return _leaves(rule.rule)
    return len(rule.filters.get("data", ())) + 1 if isinstance(rule, CountRule) else 1


_READERS: dict[str, Callable[[Any, dict[str, Any], str, int], Rule]] = {
    "all": _read_every,
    "any": _read_either,
    "not": _read_not,
    "contact": _read_contact,
    "attribute": _read_attribute,
    "interactions": _read_interactions,
    "answers": _read_answers,
}
