"""One text of a mail, compiled -> what it says to one client: a subject, a text part or an HTML part."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from liquid import BoundTemplate, RenderContext
from liquid.builtin.filters.misc import default
from liquid.exceptions import LiquidError, LiquidInterrupt, LiquidSyntaxError
from liquid.stringify import to_liquid_string
from markupsafe import escape

from hopnps.domain import liquid_engine, liquid_quoted, merge, mime
from hopnps.domain.liquid_pieces import Block, Field, Piece, Rooms, Spliced, asked, pieces_of
from hopnps.domain.liquid_quoted import Said, quoted_value

_MARK = "\ufdd0"  # no character: it stands in no text
_SOFT = b"=\r\n"


class _Text:
    """A Liquid text in pieces. Raises Invalid if what is constant in it cannot be filled in."""

    escaped = False

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        self.source = source
        self.template = liquid_engine.parsed(source, self.escaped)
        try:
            self.pieces = _joined(pieces_of(self.template, constants, spliced))
        except LiquidError as fault:
            raise liquid_engine.plain_fault(fault, source) from fault
        self.asks = asked(self.pieces)
        self.has_blocks = any(isinstance(piece, Block) for piece in self.pieces)

    def said(self, values: Rooms) -> str:
        """All of it, nothing encoded."""
        talk = _Talk(self.template, self.source, values) if self.has_blocks else None
        return "".join([self._piece(piece, values, talk) for piece in self.pieces])

    def _piece(self, piece: Piece, values: Rooms, talk: _Talk | None) -> str:
        if isinstance(piece, str):
            return piece
        if isinstance(piece, Field):
            return _shown(piece, values, self.escaped)
        assert talk is not None
        return "".join(talk.said(piece))


class Line(_Text):
    """A subject."""

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        fixed = [piece for piece in self.pieces if isinstance(piece, str)]
        self._always = self._header("".join(fixed)) if fixed == self.pieces else None

    def filled(self, values: Rooms) -> str:
        """Folded, RFC 2047 where it must be."""
        return self._header(self.said(values)) if self._always is None else self._always

    @staticmethod
    def _header(said: str) -> str:
        return mime.words(merge.one_line(said), after="Subject")


class PlainBody(_Text):
    """A text part. Its blank lines depend on which values are empty; where none is, they were counted beforehand."""

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        self._gaps = [piece for piece in self.pieces if isinstance(piece, Field)]
        marked = "".join(piece if isinstance(piece, str) else _MARK for piece in self.pieces)
        chunks = merge.tidied(marked).split(_MARK)
        self._splices = not self.has_blocks and len(chunks) == len(self._gaps) + 1
        self._parts = [mime.stretch(chunk) for chunk in chunks]

    def filled(self, values: Rooms) -> list[bytes]:
        """Quoted-printable, in pieces."""
        return (self._splices and self._spliced(values)) or [
            _by_lines(merge.tidied(self.said(values)))
        ]

    def _spliced(self, values: Rooms) -> list[bytes]:
        """[] if a value is empty, or has lines or edges of its own."""
        parts = [self._parts[0]]
        known: dict[Field, bytes] = {}
        for gap, after in zip(self._gaps, self._parts[1:], strict=True):
            piece = known.get(gap)
            if piece is None:
                shown = _shown(gap, values, False)
                if not _is_solid(shown):
                    return []
                piece = known[gap] = shown.encode() + _SOFT if gap.ours else quoted_value(shown)
            parts += (piece, after)
        return parts


class HtmlBody(_Text):
    """An HTML part."""

    escaped = True

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        self._quoting = liquid_quoted.parsed(source) if self.has_blocks else None
        self._parts = [mime.stretch(one) if isinstance(one, str) else b"" for one in self.pieces]
        self._gaps: dict[Field, list[int]] = defaultdict(list)
        for place, piece in enumerate(self.pieces):
            if isinstance(piece, Field):
                self._gaps[piece].append(place)
        self._blocks = [
            (place, piece) for place, piece in enumerate(self.pieces) if isinstance(piece, Block)
        ]

    def filled(self, values: Rooms) -> list[bytes]:
        """Quoted-printable, in pieces."""
        parts = self._parts.copy()
        for gap, places in self._gaps.items():
            shown = _shown(gap, values, True)
            piece = shown.encode() + _SOFT if gap.ours else quoted_value(shown)
            for place in places:
                parts[place] = piece
        if self._quoting is not None:
            talk = _Talk(self._quoting, self.source, values)
            for place, block in self._blocks:
                parts[place] = b"".join(talk.said(block))
        return parts


class _Talk:
    """Liquid at work on one text for one client: what one block assigns the next ones see."""

    def __init__(self, template: BoundTemplate, source: str, values: Rooms) -> None:
        self._template, self._source = template, source
        self._context = RenderContext(template, globals=values)
        self._context.scope.push({})
        self._said = Said()

    def said(self, block: Block) -> Said:
        """Raises Invalid if it cannot be said."""
        node, said = self._template.nodes[block.index], self._said
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


def _joined(pieces: list[Piece]) -> list[Piece]:
    """With one text where several stood side by side."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return found


def _shown(field: Field, values: Rooms, escaped: bool) -> str:
    value = field.found_in(values)
    if not isinstance(value, str) or not value:
        if field.otherwise is not None:
            value = default(value, field.otherwise)
        return to_liquid_string(value, escaped)
    return escape(value) if escaped and not field.ours else value


def _is_solid(shown: str) -> bool:
    """Whether the lines around it stay as they are whatever it says."""
    return shown != "" and shown.strip() == shown and len(shown.splitlines()) == 1


def _by_lines(text: str) -> bytes:
    return b"\r\n".join(map(_quoted_line, text.split("\n")))


@lru_cache(maxsize=4096)
def _quoted_line(line: str) -> bytes:
    return mime.quoted(line)
