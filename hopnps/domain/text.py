"""Names as people type them -> keys by which they are found again."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> str:
    """Without accents, case or doubled blanks: "Île-de-France " -> "ile-de-france"."""
    plain = "".join(
        mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark)
    )
    return " ".join(plain.casefold().split())


def name_key(name: str) -> str:
    """The key of a store or region: folded, anything but letters and digits one blank."""
    return " ".join(re.sub(r"[\W_]+", " ", fold(name)).split())


def slugify(name: str) -> str:
    """A name for URLs and the command line: "Ticket résolu !" -> "ticket-resolu"."""
    return name_key(name).encode("ascii", "ignore").decode().replace(" ", "-")
