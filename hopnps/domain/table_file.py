"""A file as people have it (CSV of any make, XLSX) -> its headers, and its rows one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from hopnps.domain import csv_text, encoding, workbook
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.formulas import restore

MOST_COLUMNS = 500
Record = tuple[int, list[str]]

_EMPTY = N_("This file is empty.")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")

_OTHERS = (
    (b"%PDF", N_("This is a PDF, not a table. Export the table as CSV or Excel.")),
    (b"\x89PNG", N_("This is a picture, not a table.")),
    (b"\xff\xd8\xff", N_("This is a picture, not a table.")),
    (b"GIF8", N_("This is a picture, not a table.")),
    (b"\x1f\x8b", N_("This is a compressed file, not a table. Send the table inside it.")),
    (b"7z\xbc\xaf", N_("This is a compressed file, not a table. Send the table inside it.")),
    (b"Rar!", N_("This is a compressed file, not a table. Send the table inside it.")),
    (b"{\\rtf", N_("This is a text document, not a table.")),
    (b"<", N_("This is a web page or XML, not a table. Export the table as CSV or Excel.")),
)


@dataclass(frozen=True)
class Table:
    """`rows` gives (line number, cells) once, streaming; blank lines are left out.

    The line is the one on which the record begins in the file (the row's number in a sheet). A row has at least as
    many cells as there are headers, and more only if the file has: such a line is faulty. Cells are as typed,
    unstripped, but for the apostrophe with which exports disarm formulas. `headers` are stripped and all different:
    a second "Tag" is "Tag (2)"; an empty one stays ''. Reading `rows` may still raise Invalid.
    """

    headers: list[str]
    rows: Iterator[Record]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


def read(source: bytes | BinaryIO | Path, filename: str = "") -> Table:
    """Open a table; what it is is read from its bytes, `filename` is only what people call it.

    Raises Invalid in plain words for what is no table. A file given open stays open and is read from its start.
    """
    stream = _stream(source)
    table = cast(Table, next(stream))
    return Table(
        table.headers,
        cast(Iterator[Record], stream),
        table.encoding,
        table.delimiter,
        table.sheet,
    )


def _stream(source: bytes | BinaryIO | Path) -> Iterator[Table | Record]:
    """The facts first, then the rows; the file stays open exactly as long as somebody reads them."""
    with _opened(source) as file:
        _refuse_others(file)
        sheet = coding = delimiter = ""
        if workbook.is_workbook(file):
            sheet, records = workbook.records(file)
        else:
            coding = encoding.decide(file)
            delimiter = csv_text.delimiter_of(file, coding)
            records = csv_text.records(file, coding, delimiter)
        headers = _headers(records)
        yield Table(headers, iter(()), coding, delimiter, sheet)
        yield from _tidy(records, len(headers))


@contextmanager
def _opened(source: bytes | BinaryIO | Path) -> Iterator[BinaryIO]:
    """The source as a file in which one can go back to the start."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    elif isinstance(source, bytes):
        yield BytesIO(source)
    elif source.seekable():
        yield source
    else:
        with SpooledTemporaryFile(max_size=1 << 24) as copy:
            copyfileobj(source, copy)
            yield cast(BinaryIO, copy)


def _refuse_others(file: BinaryIO) -> None:
    file.seek(0)
    start = file.read(512).lstrip()
    if not start:
        raise Invalid(_EMPTY)
    for mark, sentence in _OTHERS:
        if start.startswith(mark):
            raise Invalid(sentence)


def _headers(records: Iterator[Record]) -> list[str]:
    cells = next((cells for _, cells in records if any(cell.strip() for cell in cells)), None)
    if cells is None:
        raise Invalid(_EMPTY)
    while not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Invalid(
            N_("This file has more than %(limit)s columns. Leave out those you do not need."),
            limit=MOST_COLUMNS,
        )
    if any("\0" in cell for cell in cells):  # a workbook can hold one, no database can
        raise Invalid(N_("The name of a column holds a character that is no text."))
    if data := next((cell for cell in cells if _ADDRESS.fullmatch(cell.strip())), None):
        raise Invalid(
            N_(
                "The first line must name the columns (Email, Name, ...). Here it holds “%(value)s”."
            ),
            value=data.strip(),
        )
    return _all_different(restore(cell).strip() for cell in cells)


def _all_different(names: Iterator[str]) -> list[str]:
    headers: list[str] = []
    for name in names:
        number, header = 1, name
        while header and header in headers:
            number += 1
            header = f"{name} ({number})"
        headers.append(header)
    return headers


def _tidy(records: Iterator[Record], width: int) -> Iterator[Record]:
    for line, cells in records:
        text = "".join(cells)
        if not text:
            continue
        if "'" in text:  # one look for all cells: most rows hold no apostrophe
            cells = [restore(cell) for cell in cells]
        short = width - len(cells)
        if short > 0:
            cells += [""] * short
        elif short < 0:
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
        yield line, cells
