"""Bytes of a text file -> the encoding they were written in, by a rule that can be told in one sentence.

A byte order mark decides; else NULs at every second byte mean UTF-16; else it is UTF-8 if all of it decodes; else
the Windows encoding of western Europe. Guessers by frequency read French cp1252 as Czech.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO

from hopnps.domain.errors import N_, Invalid

CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decide(file: BinaryIO) -> str:
    """The Python name of the encoding of a seekable file, which is left at its start.

    Raises Invalid for what is no text in any of them, or mixes two.
    """
    file.seek(0)
    sample = file.read(4096)
    marked = next((name for mark, name in _MARKS if sample.startswith(mark)), None)
    first = marked or _wide(sample) or "utf-8"
    if _decodes(file, first):
        found = first
    elif first == "utf-8" and not _damaged(file) and _decodes(file, "cp1252"):
        found = "cp1252"
    else:
        raise Invalid(_UNREADABLE, line=_first_fault(file, first), encoding=first[:6].upper())
    file.seek(0)
    return found


_UNREADABLE = N_(
    "Line %(line)s is not in the encoding of the rest (%(encoding)s). Save the file again as UTF-8."
)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: western text then has a NUL at every second byte."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 0.35 * len(sample) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                raise Invalid(
                    N_("This file holds zero bytes: it is damaged, or it is not a table.")
                )
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _damaged(file: BinaryIO) -> bool:
    """UTF-8 with a few bad bytes, which cp1252 would read as nonsense from end to end ("Ã©")."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    file.seek(0)
    good = bad = 0
    while chunk := file.read(CHUNK):
        text = decoder.decode(chunk)
        bad += (now_bad := text.count("\ufffd"))
        good += len(text) - len(text.encode("ascii", "ignore")) - now_bad
    return good > 4 * bad


def _first_fault(file: BinaryIO, encoding: str) -> int:
    """The line at which the file stops being in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    line = 1
    try:
        while chunk := file.read(4096):
            line += decoder.decode(chunk).count("\n")
    except UnicodeDecodeError as fault:
        line += fault.object[: fault.start].decode(encoding, "ignore").count("\n")
    file.seek(0)
    return line
