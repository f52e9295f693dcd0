"""A Liquid text and plain values -> what one client reads; a faulty text -> a plain sentence with its line."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions.primitive import IntegerLiteral, RangeLiteral
from liquid.exceptions import LiquidError, ResourceLimitError, UnknownFilterError
from liquid.expression import Expression

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.languages import DEFAULT
from hopnps.domain.merge_fields import FIELDS, NAMES, is_known, sample_values

__all__ = ["FIELDS", "as_values", "fields_in", "html", "line", "lint", "sample_values", "text"]

FILTERS = frozenset(
    [
        "append",
        "capitalize",
        "default",
        "downcase",
        "escape",
        "first",
        "join",
        "last",
        "newline_to_br",
        "prepend",
        "remove",
        "size",
        "strip",
        "truncate",
        "truncatewords",
        "upcase",
    ]
)
_TAGS = frozenset(["assign", "break", "case", "comment", "continue", "for", "if", "unless"])
_ENGINE_TAGS = frozenset({"content", "output", "illegal"})
_UNSPOKEN = re.compile("[\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\ufeff\ufffe\uffff]")
_DEEPEST = 4
_ENDLESS = N_("This text repeats itself too often.")


class _Liquid(Environment):
    """Liquid without what reads files, opens escapes or multiplies text; its limits stop the rest."""

    block_nesting_limit = 10
    context_depth_limit = 10
    loop_iteration_limit = 1_000
    local_namespace_limit = 20_000
    output_stream_limit = 400_000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {k: v for k, v in self.tags.items() if k in _TAGS | _ENGINE_TAGS}
        self.filters = {k: v for k, v in self.filters.items() if k in FILTERS}


_HTML = _Liquid(autoescape=True)
_TEXT = _Liquid()
_TEXT.filters |= {"escape": str, "newline_to_br": str}


def html(source: str, values: Mapping[str, Any]) -> str:
    """For an HTML part: values come out as text, whatever they hold. Raises Invalid."""
    return _rendered(source, values, True)


def text(source: str, values: Mapping[str, Any]) -> str:
    """For a text part: nothing escaped, blank lines never doubled. Raises Invalid."""
    lines = [line.rstrip() for line in _rendered(source, values, False).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def line(source: str, values: Mapping[str, Any]) -> str:
    """For a header: one line, whatever the values hold. Raises Invalid."""
    return " ".join(_rendered(source, values, False).split())


def fields_in(source: str) -> dict[str, int]:
    """The fields that a text names, each with the line where it first does. Raises Invalid."""
    found: dict[str, int] = {}
    for uses in _parsed(source, True).analyze().globals.values():
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
    if isinstance(data, Mapping):
        if depth == _DEEPEST:
            return None
        return {_clean(str(key)): as_values(value, depth + 1) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [as_values(value, depth + 1) for value in data] if depth < _DEEPEST else None
    if data is None or isinstance(data, bool | int | float):
        return data
    return _clean(str(data)).strip() or None


def _clean(value: str) -> str:
    """Without what no reader sees: control characters, marks that turn the line around, halves of characters."""
    if value.isascii() and value.isprintable():
        return value
    seen = _UNSPOKEN.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        c for c in seen if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"}
    )
    return "".join(kept)


def _rendered(source: str, values: Mapping[str, Any], escaped: bool) -> str:
    try:
        return _parsed(source, escaped).render(**values)
    except LiquidError as fault:
        raise _plain_fault(fault, source) from fault


@lru_cache(maxsize=512)
def _parsed(source: str, escaped: bool) -> BoundTemplate:
    try:
        template = (_HTML if escaped else _TEXT).from_string(source)
    except LiquidError as fault:
        raise _plain_fault(fault, source) from fault
    context = RenderContext(template)
    if any(_holds_long_range(node, context) for node in template.nodes):
        raise Invalid(_ENDLESS)
    return template


def _holds_long_range(part: Node | Expression, context: RenderContext) -> bool:
    """Whether `(1..1000000000)` stands in it: the engine's limits do not count what joins or looks through one."""
    if isinstance(part, RangeLiteral):
        ends = [one.value for one in part.children() if isinstance(one, IntegerLiteral)]
        return len(ends) < 2 or ends[1] - ends[0] > _Liquid.loop_iteration_limit
    inner = [*part.children()] if isinstance(part, Expression) else _inside(part, context)
    return any(_holds_long_range(one, context) for one in inner)


def _inside(node: Node, context: RenderContext) -> list[Node | Expression]:
    return [*node.expressions(), *node.children(context)]


def _plain_fault(fault: LiquidError, source: str) -> Invalid:
    place = fault.context()
    number = place[0] if place else 1
    if isinstance(fault, UnknownFilterError):
        return Invalid(
            N_("Line %(line)s: there is no such filter; these exist: %(known)s."),
            line=number,
            known=", ".join(sorted(FILTERS)),
        )
    if isinstance(fault, ResourceLimitError):
        return Invalid(_ENDLESS)
    if place is None:
        return Invalid(N_("A field is not closed by }}, or a condition by {% endif %}."))
    return Invalid(
        N_("Line %(line)s: this field or condition cannot be read: %(excerpt)s"),
        line=number,
        excerpt=place[3].strip()[:120],
    )
