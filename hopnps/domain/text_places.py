"""A fault in a text that somebody typed -> its line and column, with that line to look at."""

from __future__ import annotations

from dataclasses import dataclass

from hopnps.domain.errors import Invalid

LONGEST_LINE = 160
_NAMED = ("name", "address", "tag", "excerpt")  # values of faults that quote what was typed


@dataclass(frozen=True)
class Place:
    """`line` and `column` count from 1; the line's text is cut around the fault where it is long."""

    line: int
    column: int
    text: str


def place_of(fault: Invalid, text: str) -> Place | None:
    """Where a fault stands in this text; None where it says nothing to look for."""
    lines = text.replace("\r\n", "\n").split("\n")
    number = fault.values.get("line")
    said = [str(fault.values[key]) for key in _NAMED if fault.values.get(key)]
    if isinstance(number, int) and 1 <= number <= len(lines):
        return _place(lines, number, said)
    for words in said:
        for found, line in enumerate(lines, 1):
            if words in line:
                return _place(lines, found, [words])
    return None


def _place(lines: list[str], number: int, said: list[str]) -> Place:
    line = lines[number - 1]
    found = [line.find(words) for words in said if words in line]
    start = found[0] if found else len(line) - len(line.lstrip())
    first = max(0, start - LONGEST_LINE // 2) if len(line) > LONGEST_LINE else 0
    return Place(number, start + 1, line[first : first + LONGEST_LINE])
