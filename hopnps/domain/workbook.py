"""A spreadsheet file (XLSX, XLS, XLSB, ODS) -> the rows of its first sheet that holds anything, as people typed them."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterator
from contextlib import suppress
from shutil import copyfileobj
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, Any, BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from hopnps.domain import workbook_reader as reader
from hopnps.domain.errors import N_, Invalid

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every password-protected workbook
ZIP = b"PK\x03\x04"
LARGEST = 1 << 30  # bytes once unpacked: a small file may unpack to a full memory
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = N_("This workbook is damaged: it cannot be opened. Save it again from Excel.")
_TOO_LARGE = N_("This workbook is too large. Save the sheet as CSV.")
_REFUSALS = {
    reader.EMPTY: N_("This workbook is empty."),
    reader.LOCKED: N_("This workbook is protected by a password. Save it without one."),
    reader.BROKEN: _BROKEN,
    reader.LARGE: _TOO_LARGE,
}


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

    Raises Invalid for a workbook that is locked, damaged, empty or too large to be laid out.
    """
    told = _told(file)
    said, name = next(told)
    if said == reader.BROKEN and _is_locked(file):
        said = reader.LOCKED
    if said != reader.SHEET:
        raise Invalid(_REFUSALS[said])
    return name, (row for batch in told for row in batch)


def _told(file: BinaryIO) -> Iterator[Any]:
    """What workbook_reader tells of this file; its process lives no longer than somebody listens."""
    # no word of the file is in it; -P: beside that script lie modules named as Python's own
    command = [sys.executable, "-P", reader.__file__]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as process:  # noqa: S603
        try:
            _hand_over(file, cast(IO[bytes], process.stdin))
            told = cast(IO[bytes], process.stdout)
            while (said := marshal.load(told)) is not None:  # noqa: S302  (our own process)
                yield said
        except EOFError:  # its memory ran out, or the library fell over
            raise Invalid(_TOO_LARGE) from None
        finally:
            process.kill()


def _hand_over(file: BinaryIO, pipe: IO[bytes]) -> None:
    file.seek(0)
    with suppress(BrokenPipeError), pipe:  # it may end before it has read all
        copyfileobj(file, pipe, 1 << 20)


def _is_locked(file: BinaryIO) -> bool:
    file.seek(0)
    return _ENCRYPTED in file.read(1 << 22)


def _check_zip(file: BinaryIO) -> None:
    try:
        parts = ZipFile(file).infolist()
    except (BadZipFile, NotImplementedError, ValueError, OSError) as fault:
        raise Invalid(_BROKEN) from fault
    if not any(part.filename.startswith(("xl/", "content.xml")) for part in parts):
        raise Invalid(N_("This is a zip archive, not a table. Send the table inside it."))
    if sum(part.file_size for part in parts) > LARGEST:
        raise Invalid(_TOO_LARGE)
