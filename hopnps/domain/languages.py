"""The languages the house speaks to clients and colleagues."""

from __future__ import annotations

FRENCH, ENGLISH = "fr", "en"
LANGUAGES = (FRENCH, ENGLISH)
DEFAULT = FRENCH


def spoken(language: str) -> str:
    """The language in which we write to somebody: theirs if we speak it, else French."""
    code = language.strip().lower()[:2]
    return code if code in LANGUAGES else DEFAULT
