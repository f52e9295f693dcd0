"""One text of a mail, compiled -> what it says to one client: a subject, a text part or an HTML part."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

from liquid import BoundTemplate
from liquid.exceptions import LiquidError

from hopnps.domain import liquid_engine, liquid_quoted, merge, mime
from hopnps.domain.liquid_fields import Field, Rooms
from hopnps.domain.liquid_pieces import Piece, Spliced, asked, pieces_of
from hopnps.domain.liquid_quoted import quoted_html, quoted_solid, quoted_value
from hopnps.domain.skeleton_run import Ink, Run, Talk

Filled = Callable[[], bytes]  # a part, laid out when it is asked for
_GAP, _FIRST_MARK = "\ufdd0", "\ufdd1"  # no characters, and cleaned from values
_MARKS = re.compile("[\ufdd1-\ufdef]")
_SOFT = b"=\r\n"
_SPOKEN = Ink[str](str, str, lambda _field, token: token, str, "", "%", "%s", escaped=False)
_QUOTED = Ink[bytes](
    mime.stretch,
    quoted_html,
    lambda _field, token: token.encode() + _SOFT,
    lambda said: quoted_value(str(said)),
    b"",
    b"%",
    b"%s",
    escaped=True,
)
_SOLID = replace(_QUOTED, value=quoted_solid, other=quoted_solid, escaped=False)


class _Text:
    """A Liquid text in pieces. Raises Invalid if what is constant in it cannot be filled in."""

    escaped = False

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        self.source = source
        template = liquid_engine.parsed(source, self.escaped)
        self._rendered = self._twin(template)
        try:
            self.pieces = pieces_of(template, self._rendered, constants, spliced)
        except LiquidError as fault:
            raise liquid_engine.plain_fault(fault, source) from fault
        self.asks = asked(self.pieces)

    def _twin(self, template: BoundTemplate) -> BoundTemplate:
        """The same text as it is rendered."""
        return template

    def _talk(self, values: Rooms) -> Talk:
        return Talk(self._rendered, self.source, values)


class Line(_Text):
    """A subject."""

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        self._run = Run(self.pieces, _SPOKEN)
        fixed = all(isinstance(piece, str) for piece in self.pieces)
        self._always = self._header({}) if fixed else None

    def filled(self, values: Rooms) -> str:
        """Folded, RFC 2047 where it must be."""
        return self._header(values) if self._always is None else self._always

    def _header(self, values: Rooms) -> str:
        said = self._run.said(values, self._talk(values))
        return mime.words(merge.one_line(said), after="Subject")


class HtmlBody(_Text):
    """An HTML part."""

    escaped = True

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        self._run = Run(self.pieces, _QUOTED)

    def _twin(self, template: BoundTemplate) -> BoundTemplate:
        return liquid_quoted.parsed(self.source)

    def filled(self, values: Rooms) -> Filled:
        """Quoted-printable."""
        return partial(self._run.laid, self._run.picked(values, self._talk(values)))


class PlainBody(_Text):
    """A text part. Its blank lines depend on which values are empty; where none is, they were counted beforehand."""

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        self._marks: dict[Field, str] = {}
        marking = replace(_SPOKEN, token=self._mark)
        self._run = Run(self.pieces, _SPOKEN if _MARKS.search(source) else marking)
        self._solid = _tidied_run(self.pieces)

    def filled(self, values: Rooms) -> Filled:
        """Quoted-printable."""
        talk = self._talk(values)
        if self._solid:
            pieces = self._solid.picked(values, talk)
            if b"" not in pieces:
                return partial(self._solid.laid, pieces)
        said = merge.tidied(self._run.said(values, talk))
        whole = b"\r\n".join(map(_quoted_line, said.split("\n")))
        for field, mark in self._marks.items():
            whole = whole.replace(mark.encode(), field.finder()(values).encode() + _SOFT)
        return partial(bytes, whole)

    def _mark(self, field: Field, _token: str) -> str:
        """Stands for a token of ours, so that its line is the same for everybody."""
        return self._marks.setdefault(field, chr(ord(_FIRST_MARK) + len(self._marks)))


def _tidied_run(pieces: list[Piece]) -> Run[bytes] | None:
    """The pieces as they follow each other if no value is empty or has lines of its own, where that can be known."""
    fields = [piece for piece in pieces if isinstance(piece, Field)]
    marked = "".join(piece if isinstance(piece, str) else _GAP for piece in pieces)
    chunks: list[Piece] = [*merge.tidied(marked).split(_GAP)]
    if (
        not all(isinstance(piece, str | Field) for piece in pieces)
        or len(chunks) != len(fields) + 1
    ):
        return None
    between: list[Piece] = [chunks[0]]
    for field, chunk in zip(fields, chunks[1:], strict=True):
        between += (field, chunk)
    return Run([piece for piece in between if piece != ""], _SOLID)


@lru_cache(maxsize=4096)
def _quoted_line(line: str) -> bytes:
    """A line without its end; what stands for a token goes through as it is."""
    *before, last = _MARKS.split(line)
    marks = _MARKS.findall(line)
    pieces = (mime.stretch(one) + mark.encode() for one, mark in zip(before, marks, strict=True))
    return b"".join([*pieces, mime.quoted(last)])
