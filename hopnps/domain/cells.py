"""A cell of an imported file -> a clean text, tags, a language; a line -> a record, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring_ascii as written
from typing import Any

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.text import fold

LONGEST = 1_000
NUMBERS = dict.fromkeys(("store", "own_id", "own_at"))  # None where unknown; everything else ''
_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "fr": ("francais", "francaise", "french", "fra", "fre"),
    "en": ("anglais", "anglaise", "english", "eng"),
    "de": ("allemand", "allemande", "german", "deutsch"),
    "es": ("espagnol", "espagnole", "spanish", "espanol"),
    "it": ("italien", "italienne", "italian", "italiano"),
    "nl": ("neerlandais", "neerlandaise", "dutch", "nederlands"),
    "pt": ("portugais", "portugaise", "portuguese", "portugues"),
}
_CODES = {name: code for code, names in _LANGUAGES.items() for name in names}
_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8})*")
_NO_TEXT = N_("This line holds a character that is no text.")


@dataclass(frozen=True)
class Wrong:
    """What is wrong in column number `column` (None: the line as a whole)."""

    column: int | None
    refusal: Invalid


class Reader:
    """Reads the lines of one file into records: one value for each of `fields`, in that order.

    `columns` is column number -> field ('' is left out); `attributes` column number -> the name of what no field holds; `twofold` are
    fields that one cell fills by pairs; `always` are the first values of every record, as they are where a line says
    nothing. A blank cell leaves '' (None for what is stored as a number).
    """

    def __init__(
        self,
        columns: Mapping[int, str],
        attributes: Mapping[int, str],
        readers: Mapping[str, Callable[[str], Any]],
        twofold: Mapping[str, tuple[str, ...]],
        always: Mapping[str, Any],
    ) -> None:
        self.fields = list(always)
        self._blank = list(always.values())
        self._steps: list[tuple[int, int | slice, Callable[[str], Any]]] = []
        for number, field in columns.items():
            if field:
                place = self._place(twofold.get(field, (field,)))
                self._steps.append((number, place, readers[field]))
        self._attributes = [(number, written(name)) for number, name in attributes.items()]
        if attributes:
            self._place(("attributes",))

    def _place(self, names: tuple[str, ...]) -> int | slice:
        """Where in the record these values stand; room is made if there is none yet."""
        if names[0] not in self.fields:
            self.fields += names
            self._blank += [NUMBERS.get(name, "") for name in names]
        first = self.fields.index(names[0])
        return first if len(names) == 1 else slice(first, first + 2)

    def read_all(self, lines: Sequence[Sequence[str]]) -> list[tuple[Any, ...]]:
        """The records of many lines of equal length, column by column: twice as fast as one by one.

        Raises Invalid if anything is wrong with any of them; `read` tells with which.
        """
        columns = list(zip(*lines, strict=True))
        if any("\0" in "".join(cells) for cells in columns):
            raise Invalid(_NO_TEXT)
        filled: list[Any] = [[blank] * len(lines) for blank in self._blank]
        for number, place, read in self._steps:
            values = _values(list(map(str.strip, columns[number])), read, self._blank[place])
            filled[place] = zip(*values, strict=True) if isinstance(place, slice) else values
        if self._attributes:
            filled[-1] = map(self._written_attributes, lines)
        records = list(zip(*filled, strict=True))
        for record in records:
            self.check(record)
        return records

    def read(self, cells: Sequence[str]) -> tuple[list[Any], list[Wrong]]:
        """The record, and what is wrong with it: if anything is, the record is of no use."""
        if "\0" in "".join(cells):
            return [], [Wrong(None, Invalid(_NO_TEXT))]
        record, wrong = self._blank.copy(), []
        for number, place, read in self._steps:
            if cell := cells[number].strip():
                try:
                    record[place] = read(cell)
                except Invalid as refusal:
                    wrong.append(Wrong(number, refusal))
        if self._attributes:
            record[-1] = self._written_attributes(cells)
        if not wrong:
            try:
                self.check(record)
            except Invalid as refusal:
                wrong.append(Wrong(None, refusal))
        return record, wrong

    def _written_attributes(self, cells: Sequence[str]) -> str:
        """As json.dumps would write them, in a third of its time; '' when the line fills none."""
        filled = [
            f"{name}: {written(text)}" for n, name in self._attributes if (text := cells[n].strip())
        ]
        return f"{{{', '.join(filled)}}}" if filled else ""

    def check(self, record: Sequence[Any]) -> None:
        """What must hold between the cells of one line; raises Invalid."""

    def value(self, record: Sequence[Any], field: str) -> Any:
        """The value of a field that this file may not have."""
        return record[self.fields.index(field)] if field in self.fields else None


@dataclass(frozen=True)
class Text:
    """A reader of texts that refuses those over `longest` characters."""

    longest: int = LONGEST

    def __call__(self, cell: str) -> str:
        if len(cell) > self.longest:
            raise Invalid(
                N_("This text has %(length)s characters; at most %(longest)s can be kept."),
                length=len(cell),
                longest=self.longest,
            )
        return cell


def text_of(longest: int = LONGEST) -> Text:
    return Text(longest)


def _values(cells: list[str], read: Callable[[str], Any], nothing: Any) -> list[Any]:
    """What the cells of one column say; texts are as they stand, once the longest of them has been read."""
    if isinstance(read, Text) and nothing == "":
        read(max(cells, key=len))
        return cells
    return [read(cell) if cell else nothing for cell in cells]


@lru_cache(maxsize=200)
def language_of(cell: str) -> str:
    """`fr`, `FR-fr`, `Français`, `French` -> `fr`; Invalid for what names no language we know."""
    word = fold(cell)
    if found := _CODES.get(word):
        return found
    if shape := _CODE.fullmatch(word):
        return shape[1]
    raise Invalid(N_("“%(text)s” is not a language: write fr or en."), text=cell[:40])


def tags_of(cell: str) -> list[str]:
    """`vip, atelier` or `vip; atelier`, or `|a, b|c|` where a tag itself holds a comma -> sorted tags."""
    marks = r"\|" if "|" in cell else "[,;]"
    return sorted({tag.strip() for tag in re.split(marks, cell)} - {""})


def written_tags(tags: Sequence[str]) -> str:
    """Tags -> one cell that `tags_of` reads back as the same."""
    if any("," in tag or ";" in tag for tag in tags):
        return f"|{'|'.join(tags)}|"
    return ", ".join(tags)
