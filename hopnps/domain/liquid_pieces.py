"""A Liquid text -> its pieces: words that are the same for everybody, fields, choices between pieces, and the rest,
which Liquid decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from io import StringIO
from typing import Any

from liquid import BoundTemplate, RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import Path
from liquid.builtin.expressions.primitive import IntegerLiteral, RangeLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.case_tag import CaseNode
from liquid.builtin.tags.for_tag import BreakNode, ContinueNode, ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression
from markupsafe import escape

from hopnps.domain.liquid_engine import inside
from hopnps.domain.liquid_fields import Condition, Field, Item, Lookup, Rooms
from hopnps.domain.merge_fields import NAMES

_TAKEN = frozenset({"forloop", *(name.partition(".")[0] for name in NAMES)})
_KEEPS_STATE = AssignNode | BreakNode | ContinueNode | ForNode


@dataclass(frozen=True)
class Block:
    """A node that Liquid renders, which names these fields."""

    node: Node
    names: frozenset[str]


@dataclass(frozen=True)
class Choice:
    """The pieces of the first way whose condition holds, if one does; None always does."""

    ways: tuple[tuple[Condition | None, list[Piece]], ...]


@dataclass(frozen=True)
class Loop:
    """The pieces for each item of a list, or of so many numbers; `otherwise` if there is none."""

    source: Field | range
    item: str
    pieces: list[Piece]
    otherwise: list[Piece]


Piece = str | Field | Choice | Loop | Block
Spliced = Mapping[str, tuple[str, Field, str]]


def pieces_of(
    template: BoundTemplate, rendered: BoundTemplate, constants: Rooms, spliced: Spliced
) -> list[Piece]:
    """In their order. `rendered` is the same text as Liquid renders it; `constants` are the rooms that are the same
    for everybody; `spliced` says of a field which fixed words stand before and after the one value in it.

    Raises LiquidError if what is constant cannot be filled in.
    """
    return _Reader(template, constants, spliced).pieces(template.nodes, rendered.nodes)


def asked(pieces: Sequence[Piece]) -> set[str]:
    """What of a client these pieces need: `contact.first_name`, all of `contact`, of an open room one name
    (`contact.attributes.city`) or all of it."""
    found: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Field):
            found |= _asked(piece)
        elif isinstance(piece, Loop):
            found |= asked(piece.pieces) | asked(piece.otherwise)
            found |= _asked(piece.source) if isinstance(piece.source, Field) else set()
        elif isinstance(piece, Block):
            found |= piece.names
        elif isinstance(piece, Choice):
            for condition, inner in piece.ways:
                found |= asked(inner)
                for field in condition.fields if condition else ():
                    found |= _asked(field)
    return found


class _Reader:
    """Reads one template."""

    def __init__(self, template: BoundTemplate, constants: Rooms, spliced: Spliced) -> None:
        self._static = RenderContext(template, globals=constants)
        assigned = {name for node in template.nodes for name in _assigned(node, self._static)}
        self._constant = constants.keys() - assigned
        self._goes_on = any(_goes_on(node, self._static) for node in template.nodes)
        self._lookup = Lookup(assigned, self._static, spliced)
        write = escape if template.env.autoescape else str
        self._spliced = {
            name: (str(write(before)), field, str(write(after)))
            for name, (before, field, after) in spliced.items()
        }

    def pieces(self, nodes: Sequence[Node], rendered: Sequence[Node]) -> list[Piece]:
        found: list[Piece] = []
        for node, twin in zip(nodes, rendered, strict=True):
            for piece in self._read(node, twin):
                if isinstance(piece, str) and found and isinstance(found[-1], str):
                    found[-1] += piece
                elif piece != "":
                    found.append(piece)
        return found

    def _read(self, node: Node, twin: Any) -> Sequence[Piece]:
        if isinstance(node, ContentNode):
            return (node.text,)
        if self._is_constant(node):
            return (self._said(node),)
        if isinstance(node, OutputNode):
            field = self._lookup.field(node.expression)
            if field:
                return (field,) if field.otherwise else self._spliced.get(field.path, (field,))
        simple = self._choice(node, twin) or self._loop(node, twin)
        return (simple or Block(twin, frozenset(self._names(node))),)

    def _choice(self, node: Node, twin: Any) -> Choice | None:
        if self._keeps_state(node):
            return None
        if isinstance(node, IfNode | UnlessNode):
            ways = self._ways(node, twin)
        elif isinstance(node, CaseNode):
            ways = self._cases(node, twin)
        else:
            return None
        return Choice(ways) if ways is not None else None

    def _cases(
        self, node: CaseNode, twin: Any
    ) -> tuple[tuple[Condition | None, list[Piece]], ...] | None:
        """None unless at most one case can fit."""
        ways: list[tuple[Condition | None, list[Piece]]] = []
        words: list[str] = []
        for block, its_twin in zip(node.blocks, twin.blocks, strict=True):
            if isinstance(block, BlockNode):
                ways.append((None, self._inner(block, its_twin)))
                continue
            wanted = block.expression.expressions
            condition = self._lookup.case(node.expression, wanted)
            words += [str(one) for one in wanted]
            if condition is None or (ways and ways[-1][0] is None):
                return None
            ways.append((condition, self._inner(block.block, its_twin.block)))
        return tuple(ways) if len(words) == len(set(words)) else None

    def _loop(self, node: Node, twin: Any) -> Loop | None:
        """None for a loop that is cut short or changes something, and for one in which Liquid has to render."""
        if not isinstance(node, ForNode) or self._goes_on:
            return None
        inner = copy(self)
        inner._lookup = self._lookup.looping(node.expression.identifier)
        source = self._source(node)
        if source is None or any(self._keeps_state(one) for one in node.children(self._static)):
            return None
        pieces = inner._inner(node.block, twin.block)
        otherwise = self._inner(node.default, twin.default) if node.default else []
        if _has_blocks([*pieces, *otherwise]):
            return None
        return Loop(source, node.expression.identifier, pieces, otherwise)

    def _source(self, node: ForNode) -> Field | range | None:
        loop = node.expression
        if loop.limit or loop.offset or loop.reversed or loop.cols or loop.identifier in _TAKEN:
            return None
        numbers = [one.value for one in loop.iterable.children() if isinstance(one, IntegerLiteral)]
        if isinstance(loop.iterable, RangeLiteral):
            return range(numbers[0], numbers[1] + 1) if len(numbers) == 2 else None
        return self._lookup.path(loop.iterable)

    def _ways(
        self, node: IfNode | UnlessNode, twin: Any
    ) -> tuple[tuple[Condition | None, list[Piece]], ...] | None:
        """None if a condition is more than we can look up."""
        first = self._lookup.condition(node.condition)
        if first is not None and isinstance(node, UnlessNode):
            first = first.opposite()
        ways: list[tuple[Condition | None, list[Piece]]] = []
        conditions = [first, *(self._lookup.condition(one.expression) for one in node.alternatives)]
        blocks = [node.consequence, *(one.block for one in node.alternatives)]
        twins = [twin.consequence, *(one.block for one in twin.alternatives)]
        for condition, block, its_twin in zip(conditions, blocks, twins, strict=True):
            if condition is None:
                return None
            ways.append((condition, self._inner(block, its_twin)))
        if node.default:
            ways.append((None, self._inner(node.default, twin.default)))
        return tuple(ways)

    def _inner(self, block: BlockNode, twin: BlockNode) -> list[Piece]:
        """Nothing if it is blank: Liquid writes no lines for conditions that stand on lines of their own."""
        return [] if block.blank else self.pieces(block.nodes, twin.nodes)

    def _is_constant(self, node: Node) -> bool:
        return not self._keeps_state(node) and self._constant.issuperset(self._heads(node))

    def _said(self, node: Node) -> str:
        buffer = StringIO()
        node.render(self._static, buffer)
        return buffer.getvalue()

    def _keeps_state(self, part: Node | Expression) -> bool:
        """A loop does too: another one may go on where it ended."""
        inner = inside(part, self._static)
        return isinstance(part, _KEEPS_STATE) or any(self._keeps_state(one) for one in inner)

    def _heads(self, part: Node | Expression) -> Iterator[Any]:
        """The first name of every path in it."""
        if isinstance(part, Path):
            yield part.path[0]
        for one in inside(part, self._static):
            yield from self._heads(one)

    def _names(self, part: Node | Expression) -> Iterator[str]:
        """The first two names of every path in it."""
        if isinstance(part, Path):
            yield ".".join(str(name) for name in part.path[:2] if not isinstance(name, Path))
        for one in inside(part, self._static):
            yield from self._names(one)


def _asked(field: Field) -> set[str]:
    return set() if isinstance(field, Item) else {field.path}


def _has_blocks(pieces: Sequence[Piece]) -> bool:
    return any(
        isinstance(one, Block | Loop)
        or (isinstance(one, Choice) and any(_has_blocks(inner) for _, inner in one.ways))
        for one in pieces
    )


def _goes_on(node: Node, static: RenderContext) -> bool:
    """Whether a loop begins where another one may have ended."""
    here = isinstance(node, ForNode) and node.expression.offset is not None
    return here or any(_goes_on(one, static) for one in node.children(static))


def _assigned(node: Node, static: RenderContext) -> Iterator[str]:
    if isinstance(node, AssignNode):
        yield str(node.name)
    for one in node.children(static):
        yield from _assigned(one, static)
