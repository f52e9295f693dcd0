"""A spreadsheet file (XLSX, XLS, XLSB, ODS) -> the rows of its first sheet that holds anything, as people typed them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import python_calamine

from hopnps.domain.errors import N_, Invalid

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every password-protected workbook
ZIP = b"PK\x03\x04"
LARGEST = 1 << 30  # bytes once unpacked: a small file may unpack to a full memory
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = N_("This workbook is damaged: it cannot be opened. Save it again from Excel.")
_PROTECTED = N_("This workbook is protected by a password. Save it without one.")


def is_workbook(file: BinaryIO) -> bool:
    """Whether the bytes are those of a spreadsheet, whatever the file is called.

    Raises Invalid for a zip archive that is something else.
    """
    file.seek(0)
    start = file.read(8)
    if start.startswith(ZIP):
        _check_zip(file)
    return start == OLE or start.startswith(ZIP)


def records(file: BinaryIO) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The sheet's name, and (row number, cells) for each of its rows, empty ones too.

    Raises Invalid for a workbook that is locked, damaged or empty.
    """
    sheet = _first_filled(_open(file))
    rows = enumerate(sheet.iter_rows(), start=1)
    return sheet.name, ((number, [typed(cell) for cell in row]) for number, row in rows)


def typed(cell: Any) -> str:
    """A cell's value as somebody would have typed it: 12, not 12.0; a day as 2026-03-02."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(cell, ".15g")
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else _duration(cell)


def _duration(cell: Any) -> str:
    if not isinstance(cell, timedelta):
        return str(cell)
    minutes, seconds = divmod(int(cell.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _open(file: BinaryIO) -> python_calamine.CalamineWorkbook:
    file.seek(0)
    try:
        return python_calamine.load_workbook(file)
    except python_calamine.PasswordError as fault:
        raise Invalid(_PROTECTED) from fault
    except Exception as fault:  # the reader's errors share no other root
        raise Invalid(_PROTECTED if _is_locked(file) else _BROKEN) from fault


def _is_locked(file: BinaryIO) -> bool:
    file.seek(0)
    return _LOCKED in file.read(1 << 22)


def _first_filled(workbook: python_calamine.CalamineWorkbook) -> python_calamine.CalamineSheet:
    """The first visible sheet that holds anything, else the first hidden one."""
    seen = python_calamine.SheetVisibleEnum.Visible
    for sheet in sorted(workbook.sheets_metadata, key=lambda sheet: sheet.visible != seen):
        if sheet.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        found = _sheet(workbook, sheet.name)
        if found.height:
            return found
    raise Invalid(N_("This workbook is empty."))


def _sheet(workbook: python_calamine.CalamineWorkbook, name: str) -> python_calamine.CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except Exception as fault:
        raise Invalid(_BROKEN) from fault


def _check_zip(file: BinaryIO) -> None:
    try:
        parts = ZipFile(file).infolist()
    except (BadZipFile, ValueError, OSError) as fault:
        raise Invalid(_BROKEN) from fault
    if not any(part.filename.startswith(("xl/", "content.xml")) for part in parts):
        raise Invalid(N_("This is a zip archive, not a table. Send the table inside it."))
    if sum(part.file_size for part in parts) > LARGEST:
        raise Invalid(N_("This workbook is too large. Save the sheet as CSV."))
