"""The pieces of a text, prepared in one ink -> what they say to one client, in pieces that only need to be joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from liquid import BoundTemplate, RenderContext
from liquid.builtin.filters.misc import default
from liquid.exceptions import LiquidError, LiquidInterrupt, LiquidSyntaxError
from liquid.stringify import to_liquid_string

from hopnps.domain import liquid_engine
from hopnps.domain.errors import Invalid
from hopnps.domain.liquid_engine import Liquid
from hopnps.domain.liquid_fields import Condition, Field, Rooms
from hopnps.domain.liquid_pieces import Block, Choice, Loop, Piece
from hopnps.domain.liquid_quoted import Said

T = TypeVar("T", str, bytes)


@dataclass(frozen=True)
class Ink(Generic[T]):
    """How words are written: an author's, a client's (never empty), our own tokens, and what Liquid made of others."""

    words: Callable[[str], T]
    value: Callable[[str], T]
    token: Callable[[Field, str], T]
    other: Callable[[str], T]
    nothing: T
    escaped: bool


class Run(Generic[T]):
    """Pieces that follow each other."""

    def __init__(self, pieces: Sequence[Piece], ink: Ink[T]) -> None:
        self._ink: Ink[T] = ink
        self._parts: list[T] = [
            ink.words(one) if isinstance(one, str) else ink.nothing for one in pieces
        ]
        self._choices: list[tuple[int, list[tuple[Condition | None, Run[T]]]]] = []
        self._loops: list[tuple[int, Loop, Run[T], Run[T]]] = []
        self._blocks: list[tuple[int, Block]] = []
        gaps: dict[Field, list[int]] = {}
        for place, one in enumerate(pieces):
            if isinstance(one, Field):
                gaps.setdefault(one, []).append(place)
            elif isinstance(one, Choice):
                ways = [(condition, Run(inner, ink)) for condition, inner in one.ways]
                self._choices.append((place, ways))
            elif isinstance(one, Loop):
                self._loops.append((place, one, Run(one.pieces, ink), Run(one.otherwise, ink)))
            elif isinstance(one, Block):
                self._blocks.append((place, one))
        self._gaps = [*gaps.items()]

    def said(self, values: Rooms, talk: Talk) -> list[T]:
        """Raises Invalid if Liquid cannot say it."""
        parts = self._parts.copy()
        for field, places in self._gaps:
            piece = self.shown(field, field.found_in(values))
            for place in places:
                parts[place] = piece
        for place, ways in self._choices:
            for condition, run in ways:
                if condition is None or condition.holds(values):
                    parts[place] = self._ink.nothing.join(run.said(values, talk))
                    break
        for place, loop, run, otherwise in self._loops:
            items = _items(loop, values)
            said = (
                self._each(loop, items, run, values, talk)
                if items
                else otherwise.said(values, talk)
            )
            parts[place] = self._ink.nothing.join(said)
        for place, block in self._blocks:
            parts[place] = self._ink.nothing.join(talk.said(block))
        return parts

    def _each(
        self, loop: Loop, items: Sequence[Any], run: Run[T], values: Rooms, talk: Talk
    ) -> list[T]:
        found: list[T] = []
        size = 0
        for index, item in enumerate(items):
            count = _count(index, len(items))
            said = self._ink.nothing.join(
                run.said({**values, loop.item: item, "forloop": count}, talk)
            )
            size += len(said)
            if size > Liquid.output_stream_limit:
                raise Invalid(liquid_engine.ENDLESS)
            found.append(said)
        return found

    def shown(self, field: Field, value: Any) -> T:
        """One value as it stands there; what its field says instead where it is empty."""
        if field.ours:
            return self._ink.token(field, value)
        if type(value) is str and value:
            return self._ink.value(value)
        if not value and field.otherwise is not None:
            value = default(value, field.otherwise)
        return self._ink.other(to_liquid_string(value, self._ink.escaped))


def _items(loop: Loop, values: Rooms) -> Sequence[Any]:
    """What Liquid would loop over. Raises Invalid for more than it would."""
    source = loop.source if isinstance(loop.source, range) else loop.source.found_in(values)
    if isinstance(source, Mapping):
        source = [*source.items()]
    if isinstance(source, str):
        return [source]
    if not isinstance(source, Sequence):
        return []
    if len(source) > Liquid.loop_iteration_limit:
        raise Invalid(liquid_engine.ENDLESS)
    return source


def _count(index: int, length: int) -> dict[str, Any]:
    """How far a loop has come."""
    return {
        "index": index + 1,
        "index0": index,
        "rindex": length - index,
        "rindex0": length - index - 1,
        "first": index == 0,
        "last": index == length - 1,
        "length": length,
    }


class Talk:
    """Liquid at work on one text for one client: what one block assigns the next ones see."""

    def __init__(self, template: BoundTemplate, source: str, values: Rooms) -> None:
        self._template, self._source, self._values = template, source, values
        self._context: RenderContext | None = None
        self._said = Said()

    def said(self, block: Block) -> Said:
        """Raises Invalid if it cannot be said."""
        if self._context is None:
            self._context = RenderContext(self._template, globals=self._values)
            self._context.scope.push({})
        said, node = self._said, block.node
        said.clear()
        try:
            node.render(self._context, said)  # type: ignore[arg-type]
        except LiquidInterrupt as stop:
            fault = LiquidSyntaxError(f"unexpected '{stop}'", token=node.token)
            raise liquid_engine.plain_fault(fault, self._source) from None
        except LiquidError as error:
            error.token = error.token or node.token
            raise liquid_engine.plain_fault(error, self._source) from error
        return said
