"""One condition of a segment rule, `"at_least": 9`, -> its operator and a typed value, or a plain refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from unicodedata import category

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.periods import read_day
from hopnps.domain.score import Category

LONGEST_TEXT = 200
LONGEST_LIST = 200
LARGEST_NUMBER = 10**12
MOST_DAYS = 36_500


class Kind(StrEnum):
    """What sort of value a field holds; it decides which operators make sense."""

    TEXT = "text"  # compared without accents or case
    CODE = "code"  # compared exactly
    WORD = "word"  # one of few: only "is" and "in"
    PLACE = "place"  # a store or region, by name
    TAGS = "tags"
    NUMBER = "number"
    CATEGORY = "category"
    MOMENT = "moment"
    FLAG = "flag"
    ATTRIBUTE = "attribute"  # a text, number or date, as the operator wants it


@dataclass(frozen=True)
class Condition:
    operator: str
    value: Any


def read_conditions(kind: Kind, data: Mapping[str, Any], path: str) -> tuple[Condition, ...]:
    """The operators of one leaf; all of them must hold. `path` says where we are, for the refusal."""
    readers = OPERATORS[kind]
    for operator in data:
        if operator not in readers:
            raise fault(
                path,
                N_("%(path)s: “%(name)s” cannot be asked here. What can: %(known)s."),
                name=operator[:40],
                known=", ".join(readers),
            )
    if not data:
        known = ", ".join(readers)
        raise fault(path, N_("%(path)s: a condition is missing. Known: %(known)s."), known=known)
    return tuple(
        Condition(operator, readers[operator](value, f"{path}.{operator}"))
        for operator, value in data.items()
    )


def fault(path: str, message: str, **values: Any) -> Invalid:
    """A refusal that says where: `all[1].contact: ...`."""
    shown = {key: _shown(one) if key == "value" else one for key, one in values.items()}
    return Invalid(message, field="rule", path=f"rule{path}", **shown)


def refuse_others(rest: Mapping[str, Any], path: str) -> None:
    """Nothing may stand beside what was read at `path`."""
    for name in rest:
        raise fault(path, N_("%(path)s: “%(name)s” cannot stand beside it."), name=name[:40])


def read_text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise fault(path, N_("%(path)s: a text is expected, not %(value)s."), value=value)
    text = value.strip()
    if not text:
        raise fault(path, N_('%(path)s: the text is empty. Ask for "empty": true instead.'))
    if len(text) > LONGEST_TEXT:
        raise fault(
            path, N_("%(path)s: the text is longer than %(most)s characters."), most=LONGEST_TEXT
        )
    if any(category(mark) in ("Cc", "Cs") for mark in text):
        raise fault(path, N_("%(path)s: the text holds a character that cannot be shown."))
    return text


def read_texts(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= LONGEST_LIST:
        raise fault(
            path, N_("%(path)s: a list of 1 to %(most)s texts is expected."), most=LONGEST_LIST
        )
    return tuple(read_text(one, f"{path}[{number}]") for number, one in enumerate(value))


def read_flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise fault(path, N_("%(path)s: true or false is expected, not %(value)s."), value=value)
    return value


def read_number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault(path, N_("%(path)s: a number is expected, not %(value)s."), value=value)
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # neither is NaN
        raise fault(path, N_("%(path)s: the number is too large."))
    return value


def read_count(value: Any, path: str, most: int = MOST_DAYS) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise fault(
            path,
            N_("%(path)s: a whole number from 0 to %(most)s is expected, not %(value)s."),
            most=most,
            value=value,
        )
    return value


def read_date(value: Any, path: str) -> date:
    try:
        return read_day(read_text(value, path))
    except Invalid as refusal:
        if "path" in refusal.values:
            raise
        raise fault(
            path, N_("%(path)s: %(value)s is not a day: write 2026-03-31."), value=value
        ) from refusal


def read_category(value: Any, path: str) -> str:
    if value not in list(Category):
        known = ", ".join(Category)
        raise fault(
            path,
            N_("%(path)s: %(value)s is no category. Known: %(known)s."),
            value=value,
            known=known,
        )
    return str(value)


def read_categories(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise fault(path, N_("%(path)s: a list of categories is expected."))
    return tuple(read_category(one, f"{path}[{number}]") for number, one in enumerate(value))


def _read_text_or_number(value: Any, path: str) -> str | float:
    return read_text(value, path) if isinstance(value, str) else read_number(value, path)


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=True, default=str)
    except (RecursionError, ValueError):  # nested, or a number, beyond all measure
        return "…"
    return text if len(text) <= 40 else f"{text[:39]}…"


Reader = Callable[[Any, str], Any]
_EMPTY: dict[str, Reader] = {"empty": read_flag}
_WORD: dict[str, Reader] = {"is": read_text, "in": read_texts}
_TEXT: dict[str, Reader] = {
    **_WORD,
    "contains": read_text,
    "starts_with": read_text,
    "ends_with": read_text,
    **_EMPTY,
}
_NUMBER: dict[str, Reader] = {"is": read_number, "at_least": read_number, "at_most": read_number}
PERIOD: dict[str, Reader] = {
    "since": read_date,
    "until": read_date,
    "within_days": read_count,
    "older_than_days": read_count,
}
OPERATORS: dict[Kind, dict[str, Reader]] = {
    Kind.TEXT: _TEXT,
    Kind.CODE: {**_WORD, "starts_with": read_text, **_EMPTY},
    Kind.WORD: _WORD,
    Kind.PLACE: {**_WORD, **_EMPTY},
    Kind.TAGS: {"has": read_text, "has_any": read_texts, "has_all": read_texts, **_EMPTY},
    Kind.NUMBER: {**_NUMBER, **_EMPTY},
    Kind.CATEGORY: {"is": read_category, "in": read_categories, **_EMPTY},
    Kind.MOMENT: {**PERIOD, **_EMPTY},
    Kind.FLAG: {"is": read_flag},
    Kind.ATTRIBUTE: {**_TEXT, **_NUMBER, "is": _read_text_or_number, **PERIOD},
}
