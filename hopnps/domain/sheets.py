"""Rows -> a CSV for machines, a CSV for a French Excel, or an XLSX; nothing in it can run as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from io import TextIOWrapper
from typing import BinaryIO

from openpyxl import Workbook

from hopnps.domain.errors import N_, Refused
from hopnps.domain.formulas import neutralise

Cell = str | int | float | date | None
MOST_SHEET_ROWS = 1_048_576
LONGEST_SHEET_CELL = 32_767
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")  # as Excel itself writes them
_UNWRITABLE = re.compile("[\ufffe\uffff\ud800-\udfff]")


class Format(StrEnum):
    """`csv-fr` is what a French Excel opens by a double click: `;`, a mark for UTF-8, 31/03/2026 and 12,5."""

    CSV = "csv"
    CSV_FR = "csv-fr"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.CSV_FR: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write(
    file: BinaryIO, format_: Format, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write a table, row by row; `file` stays open. Raises Refused for what a workbook cannot hold."""
    if format_ is Format.XLSX:
        write_xlsx(file, headers, rows)
    else:
        write_csv(file, headers, rows, french=format_ is Format.CSV_FR)


def write_csv(
    file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, french: bool = False
) -> None:
    """Texts that begin like a formula get an apostrophe, which our imports take away again."""
    text = TextIOWrapper(file, "utf-8-sig" if french else "utf-8", newline="")
    delimiter = ";" if french else ","
    # quoted headers: a reader then sees at once which mark parts them
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerow(map(neutralise, headers))
    writer = csv.writer(text, delimiter=delimiter)
    spoken = _french if french else _plain
    writer.writerows([spoken(cell) for cell in row] for row in rows)
    text.detach()


def write_xlsx(file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Days become real days; numbers, numbers; texts, texts and never formulas."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("hopnps")
    sheet.append([_sheet_text(header) for header in headers])
    for number, row in enumerate(rows, start=2):
        if number > MOST_SHEET_ROWS:
            raise Refused(
                N_("A sheet holds %(most)s lines and these are more: export CSV instead."),
                most=MOST_SHEET_ROWS - 1,
            )
        sheet.append([_sheet_text(cell) if isinstance(cell, str) else cell for cell in row])
    workbook.save(file)


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return neutralise(cell)
    return "" if cell is None else str(cell)  # a date is written 2026-03-31


def _french(cell: Cell) -> str:
    if isinstance(cell, str):
        return neutralise(cell)
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else str(cell).replace(".", ",")


def _sheet_text(text: str) -> str:
    written = neutralise(text)
    if _ESCAPED.search(written):
        written = _ESCAPED.sub(lambda mark: f"_x{ord(mark[0]):04X}_", written)
    if len(written) > LONGEST_SHEET_CELL:
        raise Refused(
            N_("The text “%(start)s…” is longer than a sheet's cell can be: export CSV instead."),
            start=text[:40],
        )
    return _UNWRITABLE.sub("\ufffd", written)
