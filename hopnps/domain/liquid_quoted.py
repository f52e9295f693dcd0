"""Liquid that writes quoted-printable HTML: what an author wrote is encoded when it is parsed, values as they come out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, RenderContext
from liquid.builtin.content import ContentNode, Literal
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import OutputStreamLimitError
from liquid.stringify import to_liquid_string
from liquid.token import Token
from markupsafe import escape

from hopnps.domain import mime
from hopnps.domain.liquid_engine import Liquid


class Said(list[Any]):
    """What was written so far, in pieces of one kind, under the limit of the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def write(self, piece: bytes | str) -> int:
        size = len(piece)
        self.size += size
        if self.size > Liquid.output_stream_limit:
            raise OutputStreamLimitError("output stream limit reached", token=None)
        self.append(piece)
        return size


class _QuotedContent(ContentNode):
    __slots__ = ("encoded",)

    def __init__(self, token: Token, text: str) -> None:
        super().__init__(token, text)
        self.encoded = mime.stretch(text)

    def render_to_output(self, _: RenderContext, buffer: Any) -> int:
        return buffer.write(self.encoded)


class _QuotedOutput(OutputNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: Any) -> int:
        value = self.expression.evaluate(context)
        if type(value) is str:
            return buffer.write(quoted_html(value))
        return buffer.write(quoted_value(str(to_liquid_string(value, True))))


class _Content(Literal):
    node_class = _QuotedContent


class _Output(Output):
    node_class = _QuotedOutput


class _Quoted(Liquid):
    """The same language, which renders into `Said` as bytes."""

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags |= {tag.name: tag(self) for tag in (_Content, _Output)}


_QUOTED = _Quoted(autoescape=True)


def parsed(source: str) -> BoundTemplate:
    """A text that `liquid_engine.parsed` has found good; its nodes are the same, in the same order."""
    return _QUOTED.from_string(source)


@lru_cache(maxsize=4096)
def quoted_value(text: str) -> bytes:
    """A value as it stands in a body; first names, stores and days come again and again."""
    return mime.stretch(text)


@lru_cache(maxsize=4096)
def quoted_html(text: str) -> bytes:
    """The same as text of an HTML part."""
    return mime.stretch(str(escape(text)))


@lru_cache(maxsize=4096)
def quoted_solid(text: str) -> bytes:
    """The same of a text part, if the lines around it stay as they are whatever it says; else nothing."""
    solid = text.strip() == text and len(text.splitlines()) == 1
    return mime.stretch(text) if solid else b""
