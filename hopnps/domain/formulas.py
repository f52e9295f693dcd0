"""Text that a spreadsheet would run as a formula -> the same text made harmless, and back."""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"''*[=+\-@\t\r]")


def neutralise(text: str) -> str:
    """`=1+1` -> `'=1+1`; what already wears apostrophes gets one more, so that `restore` is exact."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """The undoing of `neutralise`: `'=1+1` -> `=1+1`, `'+33 6 12` -> `+33 6 12`; `'tis` stays."""
    return text[1:] if _NEUTRALISED.match(text) else text
