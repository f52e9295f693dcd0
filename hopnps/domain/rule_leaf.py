"""One condition as typed <-> the leaf of a rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hopnps.domain import rules
from hopnps.domain.conditions import LARGEST_NUMBER, LONGEST_LIST, LONGEST_TEXT, MOST_DAYS
from hopnps.domain.draft_tree import Leaf, Unfinished
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.periods import read_day
from hopnps.domain.rule_counts import MOST_COUNTED
from hopnps.domain.rule_questions import (
    ANSWERS,
    ASKS,
    ATTRIBUTE,
    COUNTED,
    KEPT,
    LABELS,
    PERIOD,
    SCORE,
    Ask,
    Shape,
    asks_of,
)

Typed = dict[str, tuple[str, ...]]
TEXT_FILTERS = ("kind", "store", "region", "agent", "survey", "campaign", "category", "scale")
_MISSING = N_("Something is still to be filled in here.")
_ONLY_INTERACTIONS = {"kind", "agent"}
_ONLY_ANSWERS = {"survey", "campaign", "category", "scale"}


def rule_of(leaf: Leaf) -> dict[str, Any]:
    """The leaf of a rule. Raises Unfinished, or Invalid with `field`, the input where the fault stands."""
    if leaf.subject == KEPT:
        return _kept_rule(leaf)
    if leaf.subject not in LABELS:
        raise Unfinished(N_("Choose what is asked."), field="subject")
    rule = _written(leaf)
    try:
        rules.read(rule)
    except Invalid as fault:
        fault.field = "value"
        raise
    return rule


def leaf_of(rule: dict[str, Any]) -> Leaf:
    """Its fields, if the builder has them all; else a leaf that keeps what is written."""
    typed = _typed(rule)
    if typed is not None:
        head = next(key for key in ("contact", ATTRIBUTE, *COUNTED) if key in rule)
        leaf = Leaf(str(rule["contact"]) if head == "contact" else head, typed)
        if _says(leaf, rule):
            return leaf
    return kept(rule)


def kept(rule: dict[str, Any]) -> Leaf:
    """A condition as it was written elsewhere, for which the builder has no inputs."""
    return Leaf(KEPT, {"value": (json.dumps(rule, ensure_ascii=False),)})


def _says(leaf: Leaf, rule: dict[str, Any]) -> bool:
    try:
        return rules.read(rule_of(leaf)) == rules.read(rule)
    except Invalid:
        return False


def _kept_rule(leaf: Leaf) -> dict[str, Any]:
    rule = rules.parse(leaf.one("value"))
    if any(group in rule for group in ("all", "any", "not")):
        raise Invalid(N_("This condition cannot be kept as it was written."), field="value")
    return rule


def _written(leaf: Leaf) -> dict[str, Any]:
    if leaf.subject in COUNTED:
        return {leaf.subject: _filters(leaf), **_limits(leaf)}
    conditions = _conditions(leaf, "", asks_of(leaf.subject))
    if leaf.subject == ATTRIBUTE:
        return {ATTRIBUTE: _text(leaf.one("name"), "name"), **conditions}
    ends = {key: leaf.one(key) for key in ("from", "to") if leaf.one(key)}
    return {"contact": leaf.subject, **conditions, **ends}


def _conditions(leaf: Leaf, prefix: str, asks: tuple[str, ...]) -> dict[str, Any]:
    """What was chosen and typed in `ask`, `value` and `until` behind this prefix."""
    name = leaf.one(f"{prefix}ask")
    if name not in asks:
        raise Unfinished(N_("Choose how it is compared."), field=f"{prefix}ask")
    ask = ASKS[name]
    if ask.shape == Shape.NOTHING:
        return dict(ask.fixed)
    if ask.shape == Shape.TEXTS:
        return {ask.operators[0]: _texts(leaf.many(f"{prefix}value"), f"{prefix}value")}
    inputs = (f"{prefix}value", f"{prefix}until")
    return {
        operator: _VALUES[ask.shape](leaf.one(where), where)
        for operator, where in zip(ask.operators, inputs, strict=False)
    }


def _filters(leaf: Leaf) -> dict[str, Any]:
    strange = _ONLY_INTERACTIONS if leaf.subject == ANSWERS else _ONLY_ANSWERS
    found: dict[str, Any] = {
        name: _text(leaf.one(name), name)
        for name in TEXT_FILTERS
        if leaf.one(name).strip() and name not in strange
    }
    if leaf.subject == ANSWERS:
        if leaf.one("commented"):
            found["commented"] = leaf.one("commented") == "yes"
        if leaf.one("score_ask"):
            found["score"] = _conditions(leaf, "score_", SCORE)
    elif leaf.one("detail").strip():
        name = _text(leaf.one("detail"), "detail")
        found["data"] = {name: _conditions(leaf, "detail_", asks_of(ATTRIBUTE))}
    return found | (_conditions(leaf, "", PERIOD) if leaf.one("ask") else {})


def _limits(leaf: Leaf) -> dict[str, int]:
    how = leaf.one("how")
    if how == "none":
        return {"exactly": 0}
    number = _count(leaf.one("number"), "number", MOST_COUNTED)
    if how != "between":
        return {how if how in ("at_most", "exactly") else "at_least": number}
    most = _count(leaf.one("most"), "most", MOST_COUNTED)
    if most < number:
        raise Invalid(N_("The second number is smaller than the first."), field="most")
    return {"at_least": number, "at_most": most}


def _text(value: str, where: str) -> str:
    text = value.strip()
    if not text:
        raise Unfinished(_MISSING, field=where)
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            N_("At most %(most)s characters can stand here."), field=where, most=LONGEST_TEXT
        )
    return text


def _texts(values: tuple[str, ...], where: str) -> list[str]:
    """Ticked, or one a line."""
    lines = [line for value in values for line in value.splitlines() if line.strip()]
    texts = list(dict.fromkeys(_text(line, where) for line in lines))
    if not texts:
        raise Unfinished(_MISSING, field=where)
    if len(texts) > LONGEST_LIST:
        raise Invalid(N_("At most %(most)s can stand here."), field=where, most=LONGEST_LIST)
    return texts


def _number(value: str, where: str) -> float:
    """`8`, `8,5`, `1 284.50`."""
    typed = _text(value, where)
    plain = "".join(typed.split()).replace(",", ".").replace("\N{MINUS SIGN}", "-")
    try:
        if len(plain) > 20 or set(plain) - set("0123456789.-"):
            raise ValueError
        number = float(plain) if "." in plain else int(plain)
    except ValueError as fault:
        raise Invalid(
            N_("“%(text)s” is not a number: write 8 or 8.5."), field=where, text=typed[:40]
        ) from fault
    if abs(number) > LARGEST_NUMBER:
        raise Invalid(N_("This number is too large."), field=where)
    return number


def _count(value: str, where: str, most: int = MOST_DAYS) -> int:
    typed = _text(value, where)
    if not (typed.isascii() and typed.isdigit() and len(typed) < 9 and int(typed) <= most):
        raise Invalid(N_("Write a whole number from 0 to %(most)s."), field=where, most=most)
    return int(typed)


def _day(value: str, where: str) -> str:
    try:
        return read_day(_text(value, where)).isoformat()
    except Unfinished:
        raise
    except Invalid as fault:
        fault.field = where
        raise


_VALUES: Mapping[Shape, Any] = {
    Shape.TEXT: _text,
    Shape.NUMBER: _number,
    Shape.DAY: _day,
    Shape.DAYS: _count,
}


def _typed(rule: dict[str, Any]) -> Typed | None:
    """The inputs of a leaf, None where they cannot say it."""
    rest = dict(rule)
    if "contact" in rest:
        field = rest.pop("contact")
        ends: Typed = {key: (str(rest.pop(key)),) for key in ("from", "to") if key in rest}
        return _joined(ends, _asked(rest or {"empty": False}, asks_of(field)))
    if ATTRIBUTE in rest:
        name = str(rest.pop(ATTRIBUTE)).strip()
        return _joined({"name": (name,)}, _asked(rest, asks_of(ATTRIBUTE)))
    for counted in COUNTED:
        if counted in rest:
            filters = dict(rest.pop(counted))
            return _joined(_typed_limits(rest), _typed_filters(filters))
    return None


def _joined(*parts: Typed | None) -> Typed | None:
    found: Typed = {}
    for part in parts:
        if part is None:
            return None
        found |= part
    return found


def _asked(conditions: dict[str, Any], asks: tuple[str, ...], prefix: str = "") -> Typed | None:
    """The comparison that says all these conditions and nothing else, with its values."""
    for name in asks:
        ask = ASKS[name]
        fits = conditions == ask.fixed if ask.fixed else set(conditions) == set(ask.operators)
        values = _typed_values(ask, conditions) if fits else None
        if values is not None:
            inputs = zip((f"{prefix}value", f"{prefix}until"), values, strict=False)
            return {f"{prefix}ask": (name,), **dict(inputs)}
    return None


def _typed_values(ask: Ask, conditions: dict[str, Any]) -> list[tuple[str, ...]] | None:
    found = [conditions[operator] for operator in ask.operators]
    match ask.shape:
        case Shape.TEXTS:
            return [tuple(dict.fromkeys(str(one).strip() for one in found[0]))]
        case Shape.TEXT | Shape.DAY if not all(isinstance(one, str) for one in found):
            return None
        case Shape.NUMBER | Shape.DAYS if any(isinstance(one, str) for one in found):
            return None
        case Shape.DAY:
            return [(read_day(one).isoformat(),) for one in found]
    return [(str(one).strip(),) for one in found]


def _typed_limits(limits: dict[str, Any]) -> Typed:
    if limits.get("exactly") == 0:
        return {"how": ("none",)}
    if {"at_least", "at_most"} <= limits.keys():
        ends = {"number": (str(limits["at_least"]),), "most": (str(limits["at_most"]),)}
        return {"how": ("between",), **ends}
    how, number = next(iter(limits.items()), ("at_least", 1))
    return {"how": (how,), "number": (str(number),)}


def _typed_filters(filters: dict[str, Any]) -> Typed | None:
    texts = {name: (filters.pop(name).strip(),) for name in TEXT_FILTERS if name in filters}
    parts: list[Typed | None] = [dict(texts)]
    if "commented" in filters:
        parts.append({"commented": ("yes" if filters.pop("commented") else "no",)})
    if "score" in filters:
        score = filters.pop("score")
        parts.append(_asked(score if isinstance(score, dict) else {"is": score}, SCORE, "score_"))
    if "data" in filters:
        parts.append(_typed_detail(filters.pop("data")))
    if filters:
        parts.append(_asked(filters, PERIOD))
    return _joined(*parts)


def _typed_detail(data: dict[str, Any]) -> Typed | None:
    if len(data) != 1:
        return None
    [(name, asked)] = data.items()
    conditions = asked if isinstance(asked, dict) else {"is": asked}
    return _joined({"detail": (name.strip(),)}, _asked(conditions, asks_of(ATTRIBUTE), "detail_"))
