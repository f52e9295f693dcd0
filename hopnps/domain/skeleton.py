"""A mail's words in one language, compiled once -> for each client only the pieces that are theirs, ready encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from hopnps.domain import mime
from hopnps.domain.liquid_fields import Field, Rooms
from hopnps.domain.liquid_pieces import Spliced
from hopnps.domain.skeleton_parts import Filled, HtmlBody, Line
from hopnps.domain.skeleton_plain import PlainBody

__all__ = ["Body", "Field", "Skeleton", "Words"]

BOUNDARY = "=_hopnps_="  # quoted-printable never writes =_
_BEFORE_PLAIN, _BEFORE_HTML, _AFTER = mime.frame(BOUNDARY)


@dataclass(frozen=True)
class Words:
    """Liquid texts that `merge.lint` accepts."""

    subject: str
    html: str
    plain: str


class Skeleton:
    """`constants` are the rooms that are the same in every mail of it; `spliced` says which fields are one value of
    ours between fixed words. Raises Invalid for words that cannot be filled in.
    """

    def __init__(self, words: Words, constants: Rooms, spliced: Spliced) -> None:
        given = constants, spliced
        self._subject = Line(words.subject, *given)
        self._plain = PlainBody(words.plain, *given)
        self._html = HtmlBody(words.html, *given)
        self.asks = self._subject.asks | self._plain.asks | self._html.asks

    def subject(self, values: Rooms) -> str:
        """Ready for a header. Raises Invalid where these values cannot be filled in."""
        return self._subject.filled(values)

    def body(self, values: Rooms) -> Body:
        """Both parts, from the first boundary on. Raises Invalid likewise."""
        return Body(self._plain.filled(values), self._html.filled(values))


class Body(NamedTuple):
    """Until a mail leaves, it is no more than the pieces that are its reader's own."""

    plain: Filled
    html: Filled

    def parts(self) -> list[bytes]:
        """To be joined."""
        return [_BEFORE_PLAIN, self.plain(), _BEFORE_HTML, self.html(), _AFTER]
