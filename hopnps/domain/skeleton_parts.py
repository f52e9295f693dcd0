"""One text of a mail, compiled -> what it says to one client: a subject or an HTML part."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from liquid import BoundTemplate
from liquid.exceptions import LiquidError

from hopnps.domain import liquid_engine, liquid_quoted, merge, mime
from hopnps.domain.liquid_fields import Rooms
from hopnps.domain.liquid_pieces import Spliced, asked, pieces_of
from hopnps.domain.liquid_quoted import quoted_html, quoted_value
from hopnps.domain.skeleton_run import Ink, Run, Talk

Filled = Callable[[], bytes]  # a part, laid out when it is asked for
SOFT = b"=\r\n"
SPOKEN = Ink[str](str, str, lambda _field, token: token, str, "", "%", "%s", escaped=False)
QUOTED = Ink[bytes](
    mime.stretch,
    quoted_html,
    lambda _field, token: token.encode() + SOFT,
    lambda said: quoted_value(str(said)),
    b"",
    b"%",
    b"%s",
    escaped=True,
)


class Text:
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

    def talk(self, values: Rooms) -> Talk:
        return Talk(self._rendered, self.source, values)


class Line(Text):
    """A subject."""

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        self._run = Run(self.pieces, SPOKEN)
        fixed = all(isinstance(piece, str) for piece in self.pieces)
        self._always = self._header({}) if fixed else None

    def filled(self, values: Rooms) -> str:
        """Folded, RFC 2047 where it must be."""
        return self._header(values) if self._always is None else self._always

    def _header(self, values: Rooms) -> str:
        said = self._run.said(values, self.talk(values))
        return mime.words(merge.one_line(said), after="Subject")


class HtmlBody(Text):
    """An HTML part."""

    escaped = True

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        self._run = Run(self.pieces, QUOTED)

    def _twin(self, template: BoundTemplate) -> BoundTemplate:
        return liquid_quoted.parsed(self.source)

    def filled(self, values: Rooms) -> Filled:
        """Quoted-printable."""
        return partial(self._run.laid, self._run.picked(values, self.talk(values)))
