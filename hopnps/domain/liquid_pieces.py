"""A Liquid text -> its pieces: words that are the same for everybody, fields that stand alone, and what Liquid decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import (
    Filter,
    FilteredExpression,
    Path,
    PositionalArgument,
    StringLiteral,
)
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.for_tag import BreakNode, ContinueNode, ForNode
from liquid.expression import Expression

from hopnps.domain.liquid_engine import inside
from hopnps.domain.merge_fields import is_known

Rooms = Mapping[str, Any]
_OF_LIQUID = frozenset({"size", "first", "last"})  # asked of any value
_KEEPS_STATE = AssignNode | BreakNode | ContinueNode | ForNode


@dataclass(frozen=True)
class Field:
    """One value, `otherwise` (the author's words, if there are any) where it is empty; `within` is the open room it
    stands in, as "attributes" of a contact. `ours`: letters, digits and dashes that we made.
    """

    room: str
    name: str
    otherwise: str | None = None
    within: str = ""
    ours: bool = False

    @property
    def path(self) -> str:
        return ".".join(part for part in (self.room, self.within, self.name) if part)

    def found_in(self, values: Rooms) -> Any:
        """Its value, None where there is none."""
        room = values.get(self.room)
        if self.within and room:
            room = room.get(self.within)
        return room.get(self.name) if room else None


@dataclass(frozen=True)
class Block:
    """Node number `index` of the template, which names these fields: Liquid says what it says."""

    index: int
    names: frozenset[str] = frozenset()


Piece = str | Field | Block
Spliced = Mapping[str, tuple[str, Field, str]]


def pieces_of(template: BoundTemplate, constants: Rooms, spliced: Spliced) -> list[Piece]:
    """In their order. `constants` are the rooms that are the same for everybody; `spliced` says of a field which fixed
    words stand before and after the one value in it. Raises LiquidError if what is constant cannot be filled in.
    """
    static = RenderContext(template, globals=constants)
    assigned = {name for node in template.nodes for name in _assigned(node, static)}
    found: list[Piece] = []
    for index, node in enumerate(template.nodes):
        field = _field(node, assigned, static)
        if isinstance(node, ContentNode):
            found.append(node.text)
        elif _same_for_all(node, static, constants.keys() - assigned):
            found.append(_said(node, static))
        elif field is None:
            found.append(Block(index, frozenset(_names(node, static))))
        else:
            found += spliced.get(field.path, (field,)) if field.otherwise is None else (field,)
    return found


def asked(pieces: list[Piece]) -> set[str]:
    """What of a client these pieces need: `contact.first_name`, `contact.attributes`, or all of `contact`."""
    found: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Field):
            found.add(f"{piece.room}.{piece.within or piece.name}")
        elif isinstance(piece, Block):
            found |= piece.names
    return found


def _field(node: Node, assigned: set[str], static: RenderContext) -> Field | None:
    """The field that an output is about, if it is one that we can look up ourselves."""
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return None
    path, filters = node.expression.left, node.expression.filters or []
    if not isinstance(path, Path) or path.path[0] in assigned:
        return None
    otherwise = _default(filters, static) if filters else None
    return None if filters and otherwise is None else _looked_up(path.path, otherwise)


def _default(filters: list[Filter], static: RenderContext) -> str | None:
    """The words of the one filter `default: "words"`; in HTML they are markup."""
    only = filters[0].args[0] if len(filters) == len(filters[0].args) == 1 else None
    if filters[0].name != "default" or not isinstance(only, PositionalArgument):
        return None
    return only.value.evaluate(static) if isinstance(only.value, StringLiteral) else None


def _looked_up(path: list[Any], otherwise: str | None) -> Field | None:
    """Only what is declared as a field: anything rarer is Liquid's."""
    if not all(isinstance(part, str) for part in path) or _OF_LIQUID.intersection(path[1:]):
        return None
    if not is_known(".".join(path)) or not 2 <= len(path) <= 3:
        return None
    within = path[1] if len(path) == 3 else ""
    return Field(path[0], path[-1], otherwise, within=within)


def _same_for_all(node: Node, static: RenderContext, constant: set[str]) -> bool:
    return not _keeps_state(node, static) and constant.issuperset(_heads(node, static))


def _keeps_state(part: Node | Expression, static: RenderContext) -> bool:
    return isinstance(part, _KEEPS_STATE) or any(
        _keeps_state(one, static) for one in inside(part, static)
    )


def _heads(part: Node | Expression, static: RenderContext) -> Iterator[Any]:
    """The first name of every path in it; a loop's own name is one too, and no constant."""
    if isinstance(part, Path):
        yield part.path[0]
    for one in inside(part, static):
        yield from _heads(one, static)


def _names(part: Node | Expression, static: RenderContext) -> Iterator[str]:
    if isinstance(part, Path):
        yield ".".join(str(name) for name in part.path[:2] if not isinstance(name, Path))
    for one in inside(part, static):
        yield from _names(one, static)


def _assigned(node: Node, static: RenderContext) -> Iterator[str]:
    if isinstance(node, AssignNode):
        yield str(node.name)
    for one in node.children(static):
        yield from _assigned(one, static)


def _said(node: Node, static: RenderContext) -> str:
    buffer = StringIO()
    node.render(static, buffer)
    return buffer.getvalue()
