"""What one look found: how it stands, in words, and what to mend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A `warning` may be as you want it; with a `fault` mails do not arrive, or should not leave."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """`says` and `mend` are sentences in the reader's language; `mend` is '' where nothing is to do."""

    check: str
    level: Level
    says: str
    mend: str = ""


def ok(check: str, says: str) -> Finding:
    return Finding(check, Level.OK, says)


def warning(check: str, says: str, mend: str) -> Finding:
    return Finding(check, Level.WARNING, says, mend)


def fault(check: str, says: str, mend: str) -> Finding:
    return Finding(check, Level.FAULT, says, mend)
