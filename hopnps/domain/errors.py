"""What the house says when it says no: a stable code, and a sentence that each door translates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for "mark, do not translate yet")
    """Mark a sentence for translation where no language is known yet."""
    return message


class HopNPSError(Exception):
    """The root of all we raise on purpose; `code` never changes, wording may.

    `message` is an English sentence with `%(name)s` gaps for `values`; a door translates it.
    """

    code = "error"

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class NotFound(HopNPSError):
    code = "not-found"


class Refused(HopNPSError):
    """A wish that the rules of the house do not grant."""

    code = "refused"


class Invalid(HopNPSError):
    """What was typed or uploaded cannot be used; `field` names where.

    Of several at once this is the first, and `faults` are all of them.
    """

    code = "invalid"

    def __init__(self, message: str, *, field: str = "", **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field
        self.faults: tuple[Invalid, ...] = (self,)


class Faults:
    """Looks at everything before it says no: `with faults.noted(): ...` as often as needed, then `faults.tell()`."""

    def __init__(self) -> None:
        self.found: list[Invalid] = []

    @contextmanager
    def noted(self, field: str = "") -> Iterator[None]:
        """An Invalid raised inside is kept for later, at `field` if it names none; what comes after it inside is not
        looked at.
        """
        try:
            yield
        except Invalid as fault:
            for one in fault.faults:
                one.field = one.field or field
            self.found.extend(fault.faults)

    def tell(self) -> None:
        """Raise the first of them, which knows the others; nothing if there is none."""
        if self.found:
            first = self.found[0]
            first.faults = tuple(self.found)
            raise first
