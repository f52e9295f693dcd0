"""The text part of a mail, compiled -> what it says to one client, its blank lines tidied.

Which lines are blank depends on which values are empty, but only as far as the author's next words: between those each
paragraph is tidied for itself, and what is the same for everybody is encoded once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from hopnps.domain import merge, mime
from hopnps.domain.liquid_fields import Field, Rooms
from hopnps.domain.liquid_pieces import Piece, Spliced
from hopnps.domain.liquid_quoted import quoted_solid
from hopnps.domain.skeleton_parts import QUOTED, SOFT, SPOKEN, Filled, Text
from hopnps.domain.skeleton_run import Run, Talk

_GAP, _FIRST_MARK = "\ufdd0", "\ufdd1"  # no characters, and cleaned from values
_MARKS = re.compile("[\ufdd1-\ufdef]")
_SOLID = replace(QUOTED, value=quoted_solid, other=quoted_solid, escaped=False)
_EDGE = "."  # stands for the author's words beside a paragraph


class PlainBody(Text):
    """A text part."""

    def __init__(self, source: str, constants: Rooms, spliced: Spliced) -> None:
        super().__init__(source, constants, spliced)
        paragraphs = [*_paragraphs(self.pieces)]
        last = len(paragraphs) - 1
        markable = not _MARKS.search(source)
        self._paragraphs = [
            _Paragraph(pieces, begins=place == 0, ends=place == last, markable=markable)
            for place, pieces in enumerate(paragraphs)
        ]

    def filled(self, values: Rooms) -> Filled:
        """Quoted-printable."""
        talk = self.talk(values)
        return partial(_joined, [one.filled(values, talk) for one in self._paragraphs])


class _Paragraph:
    """Pieces between words of the author's; `begins` and `ends` say whether the text does with it, `markable` that no
    mark stands in it. Where no value is empty or has lines of its own, its blank lines were counted beforehand.
    """

    def __init__(self, pieces: list[Piece], *, begins: bool, ends: bool, markable: bool) -> None:
        self._before = "" if begins else f"{_EDGE}\n"
        self._after = "" if ends else f"\n{_EDGE}"
        self._kept = slice(len(self._before), -len(self._after) or None)
        self._marks: dict[Field, str] = {}
        self._run = Run(pieces, replace(SPOKEN, token=self._mark) if markable else SPOKEN)
        self._solid = self._counted(pieces)

    def filled(self, values: Rooms, talk: Talk) -> Filled:
        if self._solid:
            picked = self._solid.picked(values, talk)
            if b"" not in picked:
                return partial(self._solid.laid, picked)
        return partial(bytes, self._tidied(values, talk))

    def _counted(self, pieces: list[Piece]) -> Run[bytes] | None:
        """As they follow each other if no value is empty or has lines of its own, where that can be known."""
        fields = [piece for piece in pieces if isinstance(piece, Field)]
        marked = "".join(piece if isinstance(piece, str) else _GAP for piece in pieces)
        chunks: list[Piece] = [*self._tidy(marked).split(_GAP)]
        if not _is_simple(pieces) or len(chunks) != len(fields) + 1:
            return None
        between: list[Piece] = [chunks[0]]
        for field, chunk in zip(fields, chunks[1:], strict=True):
            between += (field, chunk)
        return Run([piece for piece in between if piece != ""], _SOLID)

    def _tidied(self, values: Rooms, talk: Talk) -> bytes:
        said = self._tidy(self._run.said(values, talk))
        if not self._marks:
            return mime.quoted(said)
        whole = b"\r\n".join(map(_quoted_line, said.split("\n")))
        for field, mark in self._marks.items():
            whole = whole.replace(mark.encode(), field.finder()(values).encode() + SOFT)
        return whole

    def _tidy(self, said: str) -> str:
        return merge.tidied(f"{self._before}{said}{self._after}")[self._kept]

    def _mark(self, field: Field, _token: str) -> str:
        """Stands for a token of ours, so that its line is the same for everybody."""
        return self._marks.setdefault(field, chr(ord(_FIRST_MARK) + len(self._marks)))


def _joined(paragraphs: list[Filled]) -> bytes:
    return b"".join([lay() for lay in paragraphs])


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """What is more than looked up, with its lines and the others around as far as the author's words; what lies between."""
    lines = _lines(pieces)
    place = 0
    while place < len(lines):
        start = next((at for at in range(place, len(lines)) if not _is_simple(lines[at])), None)
        if start is None:
            yield _with_breaks(lines[place:])
            return
        end = start + 1
        while start > place and not _is_firm(lines[start - 1][-1]):
            start -= 1
        if start > place:
            yield _with_breaks(lines[place:start])
        while end < len(lines) and not _begins_firmly(lines[end], first=start == 0):
            end += 1
        yield _with_breaks(lines[start:end])
        place = end


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, str):
            first, *more = piece.split("\n")
            lines[-1].append(first)
            lines += [[one] for one in more]
        else:
            lines[-1].append(piece)
    return lines


def _with_breaks(lines: list[list[Piece]]) -> list[Piece]:
    found: list[Piece] = []
    for piece in [piece for line in lines for piece in ("\n", *line)][1:]:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return found


def _begins_firmly(line: list[Piece], *, first: bool) -> bool:
    """`first`: it may turn out to be the first line, which loses its blanks."""
    return _is_firm(line[0]) and not (first and str(line[0])[0].isspace())


def _is_firm(piece: Piece) -> bool:
    """Words of the author's that stand on their line whatever stands above and below it."""
    return isinstance(piece, str) and piece.strip() != "" and piece.splitlines() == [piece]


def _is_simple(line: Sequence[Piece]) -> bool:
    return all(isinstance(piece, str | Field) for piece in line)


@lru_cache(maxsize=4096)
def _quoted_line(line: str) -> bytes:
    """A line without its end; what stands for a token goes through as it is."""
    *before, last = _MARKS.split(line)
    marks = _MARKS.findall(line)
    pieces = (mime.stretch(one) + mark.encode() for one, mark in zip(before, marks, strict=True))
    return b"".join([*pieces, mime.quoted(last)])
