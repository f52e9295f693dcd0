"""A mail that is handed over, and what became of it: what a worker, its postman and SMTP tell each other."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple, Protocol

from hopnps.domain.smtp_reply import Reply


class ReadyMail(Protocol):
    """A bare envelope, and the bytes after DATA: `dot_stuffed` content, which whoever wrote it may know to need no look."""

    @property
    def sender(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def wire(self) -> bytes: ...


class Parcel(Protocol):
    """A mail, and whatever its sender has written on the outside."""

    @property
    def mail(self) -> ReadyMail: ...


class Fate(Enum):
    """What became of a mail; only in `DOUBTFUL` may it have left without our knowing."""

    SENT = auto()
    REFUSED = auto()  # for now or for good: its reply says which
    CUT = auto()  # the line broke on its envelope: it stays here, and may be the cause
    UNBEGUN = auto()  # the line broke on somebody else: it stays here
    DOUBTFUL = auto()  # the line broke after its content was begun


class Verdict(NamedTuple):
    """One mail's end on this line; `reply` if it was refused, `words` if the line broke."""

    parcel: Parcel
    fate: Fate
    reply: Reply | None = None
    words: str = ""
