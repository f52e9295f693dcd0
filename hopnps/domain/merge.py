"""A Liquid text and plain values -> what one client reads; a faulty text -> a plain sentence with its line."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from liquid.exceptions import LiquidError

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.languages import DEFAULT
from hopnps.domain.liquid_engine import FILTERS, parsed, plain_fault
from hopnps.domain.merge_fields import FIELDS, NAMES, is_known, sample_values

__all__ = ["FIELDS", "FILTERS", "as_values", "fields_in", "html", "line", "lint", "text"]
__all__ += ["one_line", "sample_values", "tidied"]

_UNSPOKEN = re.compile("[\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_DEEPEST = 4


def html(source: str, values: Mapping[str, Any]) -> str:
    """For an HTML part: values come out as text, whatever they hold. Raises Invalid."""
    return _rendered(source, values, True)


def text(source: str, values: Mapping[str, Any]) -> str:
    """For a text part: nothing escaped, blank lines never doubled. Raises Invalid."""
    return tidied(_rendered(source, values, False))


def line(source: str, values: Mapping[str, Any]) -> str:
    """For a header: one line, whatever the values hold. Raises Invalid."""
    return one_line(_rendered(source, values, False))


def tidied(said: str) -> str:
    """A text part without blanks at line ends or more than one blank line in a row."""
    lines = [line.rstrip() for line in said.splitlines()]
    text = "\n".join(lines).strip()
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text + "\n"


def one_line(said: str) -> str:
    """What is to stand in a header, without line breaks or blanks in a row."""
    return " ".join(said.split())


def fields_in(source: str) -> dict[str, int]:
    """The fields that a text names, each with the line where it first does. Raises Invalid."""
    found: dict[str, int] = {}
    for uses in parsed(source, True).analyze().globals.values():
        for use in uses:
            name = ".".join(str(part) for part in use.segments)
            found.setdefault(name, source.count("\n", 0, use.span.index) + 1)
    return found


def lint(source: str, *, field: str = "") -> None:
    """Raise Invalid at `field`, in words for whoever wrote this text, if it cannot be sent."""
    try:
        for name, number in fields_in(source).items():
            if not is_known(name):
                raise _no_such_field(name, number)
        html(source, sample_values(DEFAULT))
    except Invalid as fault:
        fault.field = field
        raise


def _no_such_field(name: str, number: int) -> Invalid:
    near = difflib.get_close_matches(name, [one for one in NAMES if "*" not in one], 1)
    if not near:
        return Invalid(N_("Line %(line)s: there is no field %(name)s."), line=number, name=name)
    return Invalid(
        N_("Line %(line)s: there is no field %(name)s; did you mean %(near)s?"),
        line=number,
        name=name,
        near=near[0],
    )


def as_values(data: Any, depth: int = 0) -> Any:
    """Outside data -> what Liquid may see: plain, clean, not deep; an empty text is nothing, so `{% if %}` works."""
    if isinstance(data, str):
        return clean_text(data)
    if isinstance(data, Mapping):
        if depth == _DEEPEST:
            return None
        return {_clean(str(key)): as_values(value, depth + 1) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [as_values(value, depth + 1) for value in data] if depth < _DEEPEST else None
    if data is None or isinstance(data, bool | int | float):
        return data
    return clean_text(str(data))


def picked(names: Collection[str], data: Any) -> Any:
    """`as_values` of an open room, of which no more than these names will be asked."""
    if isinstance(data, Mapping) and all(name in data for name in names):
        return {name: as_values(data[name], 1) for name in names}
    return as_values(data)


def clean_text(value: str | None) -> str | None:
    """The same of one text."""
    if not value:
        return None
    return (value if value.isprintable() else _clean(value)).strip() or None


def _clean(value: str) -> str:
    """Without what no reader sees: control characters, marks that turn the line around, halves of characters."""
    if value.isprintable():  # true of what holds nothing of the kind, in any script
        return value
    seen = _UNSPOKEN.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        c for c in seen if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"}
    )
    return "".join(kept)


def _rendered(source: str, values: Mapping[str, Any], escaped: bool) -> str:
    try:
        return parsed(source, escaped).render(**values)
    except LiquidError as fault:
        raise plain_fault(fault, source) from fault
