"""The pieces of a text, prepared in one ink -> what they say to one client, in pieces that only need to be joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import count
from operator import itemgetter
from typing import Any, Generic, TypeVar

from liquid import BoundTemplate, RenderContext
from liquid.builtin.filters.misc import default
from liquid.exceptions import LiquidError, LiquidInterrupt, LiquidSyntaxError
from liquid.stringify import to_liquid_string

from hopnps.domain import liquid_engine
from hopnps.domain.errors import Invalid
from hopnps.domain.liquid_engine import Liquid
from hopnps.domain.liquid_fields import Field, Finder, Rooms
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
    sign: T  # a % of the author's; doubled, for it marks the gaps of a sheet
    gap: T
    escaped: bool


Tell = Callable[[Rooms, "Talk"], T]


class Run(Generic[T]):
    """Pieces that follow each other: a sheet with gaps, the same for everybody, and what comes into them.

    Who writes many mails ahead keeps what was `picked` for each, and lays it out when the mail leaves.
    """

    def __init__(self, pieces: Sequence[Piece], ink: Ink[T]) -> None:
        self._sheet: T = ink.nothing.join(
            ink.words(one).replace(ink.sign, ink.sign * 2) if isinstance(one, str) else ink.gap
            for one in pieces
        )
        gaps: list[Field | Choice | Loop | Block]
        gaps = [one for one in pieces if not isinstance(one, str)]
        fields = [*dict.fromkeys(one for one in gaps if isinstance(one, Field))]
        rest = [one for one in gaps if not isinstance(one, Field)]
        self._lookups: list[tuple[Finder, Callable[[Any], T]]] = [
            (field.finder(), _sayer(field, ink)) for field in fields
        ]
        # in their order: one may say what another has set
        self._rest: list[Tell[T]] = [_teller(one, ink) for one in rest]
        told = count(len(fields))
        self._in_order = _picking(
            [fields.index(one) if isinstance(one, Field) else next(told) for one in gaps]
        )
        self._always: T | None = None if gaps else self._sheet % ()

    def picked(self, values: Rooms, talk: Talk) -> tuple[T, ...]:
        """Each piece once. Raises Invalid if Liquid cannot say it."""
        pieces = [say(find(values)) for find, say in self._lookups]
        if self._rest:
            pieces += [tell(values, talk) for tell in self._rest]
        return tuple(pieces)

    def laid(self, pieces: tuple[T, ...]) -> T:
        """What was picked, each in all its places."""
        return self._sheet % self._in_order(pieces) if self._always is None else self._always

    def said(self, values: Rooms, talk: Talk) -> T:
        """Both at once."""
        return self.laid(self.picked(values, talk)) if self._always is None else self._always


def _picking(order: list[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """What puts pieces in this order, some of them more than once."""
    if len(order) > 1:
        return itemgetter(*order)
    return lambda pieces: tuple(pieces[one] for one in order)


def _sayer(field: Field, ink: Ink[T]) -> Callable[[Any], T]:
    """What writes a value as it stands there; what its field says instead where it is empty."""
    if field.ours:
        return partial(ink.token, field)
    write, other, otherwise, escaped = ink.value, ink.other, field.otherwise, ink.escaped

    def say(value: Any) -> T:
        if value:
            if type(value) is str:
                return write(value)
            if type(value) is int:  # as forloop.index
                return write(str(value))
        elif otherwise is not None:
            value = default(value, otherwise)
        return other(to_liquid_string(value, escaped))

    return say


def _teller(piece: Choice | Loop | Block, ink: Ink[T]) -> Tell[T]:
    """What says a piece that is not just looked up."""
    if isinstance(piece, Choice):
        return _choosing(piece, ink)
    if isinstance(piece, Loop):
        return _looping(piece, ink)
    return lambda _values, talk: ink.nothing.join(talk.said(piece))


def _choosing(choice: Choice, ink: Ink[T]) -> Tell[T]:
    ways = [
        (condition.holds if condition else None, Run(inner, ink))
        for condition, inner in choice.ways
    ]
    nothing = ink.nothing

    def tell(values: Rooms, talk: Talk) -> T:
        for holds, run in ways:
            if holds is None or holds(values):
                return run.said(values, talk)
        return nothing

    return tell


def _looping(loop: Loop, ink: Ink[T]) -> Tell[T]:
    run, otherwise, nothing = Run(loop.pieces, ink), Run(loop.otherwise, ink), ink.nothing
    source, name = loop.source, loop.item
    find: Finder = (lambda _values: source) if isinstance(source, range) else source.finder()

    def tell(values: Rooms, talk: Talk) -> T:
        items = _items(find(values))
        if not items:
            return otherwise.said(values, talk)
        found: list[T] = []
        size, inner = 0, {**values}
        for index, item in enumerate(items):
            inner[name], inner["forloop"] = item, _count(index, len(items))
            said = run.said(inner, talk)
            size += len(said)
            if size > Liquid.output_stream_limit:
                raise Invalid(liquid_engine.ENDLESS)
            found.append(said)
        return nothing.join(found)

    return tell


def _items(source: Any) -> Sequence[Any]:
    """What Liquid would loop over. Raises Invalid for more than it would."""
    if isinstance(source, Mapping):
        source = [*source.items()]
    if isinstance(source, str):
        return [source]
    if not isinstance(source, Sequence):
        return []
    if len(source) > Liquid.loop_iteration_limit:
        raise Invalid(liquid_engine.ENDLESS)
    return source


@lru_cache(maxsize=1024)
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

    def said(self, block: Block) -> Said:
        """Raises Invalid if it cannot be said."""
        if self._context is None:
            self._said = Said()
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
