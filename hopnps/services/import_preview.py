"""What an import would do, or did, to each line of a file: the one answer of every import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHOWN_LINES = 200
KEPT_FAULTS = 1_000  # a file may be wrong a million times; `faulty` counts all such lines


class Fate(StrEnum):
    """What becomes of one line; `skip` means a good line that is left out, for a reason that is said."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    FAULT = "fault"


class Step(StrEnum):
    """What goes on with a file."""

    READ = "read"
    COMPARE = "compare"
    WRITE = "write"


Teller = Callable[[Step, int], None]  # hears the step, and how many lines were read


def tell_nobody(_step: Step, _lines: int) -> None:
    """For a file that is read while one waits."""


@dataclass(frozen=True)
class ImportOptions:
    """What the person who imports has chosen.

    `mapping` is header -> field ('' leaves the column out), over what the headers say by themselves; `source` names
    where lines without a source of their own come from; `skip_faults` imports the good lines of a file with bad ones;
    `extra` holds what only one kind of import knows (the survey of past answers, ...); `upload_id` is the upload for
    which changes are noted, so that they can be taken back; `tell` hears how far it is.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    skip_faults: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    upload_id: int | None = None
    tell: Teller = tell_nobody


@dataclass(frozen=True)
class Fault:
    """`message` is an English sentence with `%(name)s` gaps for `values`: a door translates it.

    `column` is the header as the file has it, '' where the line as a whole is at fault; `value` is the cell.
    """

    line: int
    column: str
    value: str
    message: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One of the first lines, with its fate; `reason` is a sentence like a fault's, '' where the fate says it all.

    `shown` is field -> value as it was read.
    """

    line: int
    action: Fate
    shown: dict[str, str]
    reason: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Preview:
    """The answer of preview() and of apply(); only the latter sets `applied`, and only if all was well."""

    mapping: dict[str, str]  # header -> field
    attributes: list[str]  # headers kept as attributes (or an interaction's data)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    new_stores: list[str] = field(default_factory=list)
    applied: bool = False

    @property
    def total(self) -> int:
        """Lines of the file that hold anything, the header apart."""
        return self.created + self.updated + self.unchanged + self.skipped + self.faulty

    def note(self, *faults: Fault) -> None:
        """Count one faulty line, and keep what is wrong with it if there is room."""
        self.faulty += 1
        self.faults += faults[: max(KEPT_FAULTS - len(self.faults), 0)]
