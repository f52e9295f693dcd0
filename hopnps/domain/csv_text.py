"""A text file with delimiters -> its delimiter, and its records with the line each begins on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain, islice
from typing import BinaryIO

import clevercsv

from hopnps.domain.errors import N_, Invalid

DELIMITERS = (";", ",", "\t", "|")
_NONE = "\x1f"  # the reader wants a delimiter, also for a file of one column
_SAMPLE_LINES, _SAMPLE_CHARACTERS = 60, 10_000
_ANNOUNCED = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # Excel's own first line


def delimiter_of(file: BinaryIO, encoding: str) -> str:
    """One of `;` `,` tab `|`, or '' for a file of one column; the file is left at its start."""
    file.seek(0)
    text = TextIOWrapper(file, encoding, newline="")
    lines = [line[:_SAMPLE_CHARACTERS] for line in islice(text, _SAMPLE_LINES) if line.strip()]
    text.detach()
    file.seek(0)
    announced = _ANNOUNCED.fullmatch(lines[0]) if lines else None
    return announced[1] if announced else _detect(lines)


def records(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) for each record, blank ones too; a quoted line break belongs to its cell.

    Raises Invalid, with the line, for a quotation mark that is never closed and for an oversized cell.
    """
    text = TextIOWrapper(file, encoding, newline="")
    ended: list[bool] = []
    reader = csv.reader(chain(text, _note_end(ended)), delimiter=delimiter or _NONE)
    line = 1
    try:
        for cells in reader:
            if ended:  # the reader asked for more in the middle of a record
                raise Invalid(_UNCLOSED, line=line)
            if line > 1 or not (cells and _ANNOUNCED.fullmatch(delimiter.join(cells))):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as fault:
        raise Invalid(_TOO_LARGE, line=line, limit=csv.field_size_limit()) from fault
    finally:
        if not file.closed:  # by whoever opened it, while rows were left unread
            text.detach()


_UNCLOSED = N_("The quotation mark opened on line %(line)s is never closed.")
_TOO_LARGE = N_(
    "A cell on line %(line)s is longer than %(limit)s characters: is its quotation mark closed?"
)


def _note_end(ended: list[bool]) -> Iterator[str]:
    ended.append(True)
    yield from ()


def _detect(lines: list[str]) -> str:
    """Only what stands in the headers can be the delimiter; clevercsv weighs several against each other."""
    header = re.sub(r'"[^"]*"', "", lines[0]) if lines else ""
    candidates = [mark for mark in DELIMITERS if mark in header]
    if not candidates:
        return ""
    sample = _whole_lines(lines)
    found = clevercsv.Detector().detect(sample, delimiters=candidates)
    if found is not None and found.delimiter in candidates:
        return found.delimiter
    likely = max(candidates, key=header.count)
    used = len(lines) == 1 or any(likely in line for line in lines[1:])
    return likely if used else ""


def _whole_lines(lines: list[str]) -> str:
    """As many first lines as fit the sample: half a record would mislead."""
    sample = lines[0]
    for line in lines[1:]:
        if len(sample) + len(line) > _SAMPLE_CHARACTERS:
            break
        sample += line
    return sample
