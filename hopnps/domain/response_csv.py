"""One line of a file of past answers -> an answer, or what is wrong with it, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from hashlib import sha256
from typing import Any, NamedTuple

from hopnps.domain.address import normalise
from hopnps.domain.cells import Reader, language_of, text_of
from hopnps.domain.column_names import RESPONSE as HEADERS
from hopnps.domain.comment import checked
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.moments import read_moment
from hopnps.domain.periods import day_of

__all__ = ["HEADERS", "REQUIRED", "Answer", "ResponseReader"]

REQUIRED = ("date", "score")
_TWOFOLD = {"email": ("email", "address"), "date": ("answered_at", "answered_on")}
_WHOLE = re.compile(r"([0-9]{1,2})(?:[.,]0+)?")


class Answer(NamedTuple):
    """One line as it was read; a text that the line does not say is ''."""

    source: str
    external_id: str
    email: str
    address: str
    answered_at: datetime
    answered_on: date
    score: int
    comment: str = ""
    store: str = ""
    campaign: str = ""
    agent: str = ""
    language: str = ""
    answer_id: str = ""

    @property
    def is_anonymous(self) -> bool:
        return not (self.external_id or self.address)

    @property
    def key(self) -> str:
        """What tells this answer from others of its survey: its own id, else all that it says."""
        if self.answer_id:
            return f"id:{self.answer_id}"
        who = (self.source, self.external_id) if self.external_id else ("", "")
        said = (self.answered_at.isoformat(), *who, self.address, *map(str, self[6:]))
        return f"row:{sha256(chr(31).join(said).encode()).hexdigest()}"


class ResponseReader(Reader):
    """Reads the lines of one file; `lowest` is where its scale begins (0 or 1), `source` whence its clients' ids come.

    A day without a time is that day's first moment. `check_store` raises Invalid for what can be no store's name.
    """

    def __init__(
        self,
        columns: Mapping[int, str],
        *,
        lowest: int,
        source: str = "",
        check_store: Callable[[str], object] = len,
        now: datetime,
        timezone: tzinfo,
    ) -> None:
        self._lowest, self._now, self._timezone = lowest, now, timezone
        self._check_store = check_store
        readers: dict[str, Callable[[str], Any]] = {
            "date": self._moment_and_day,
            "score": self._score,
            "email": lambda cell: (cell, normalise(cell)),
            "comment": checked,
            "language": language_of,
            "store": self._store,
        }
        always: dict[str, Any] = dict.fromkeys(Answer._fields, "")
        always |= {"source": source, "answered_at": None, "answered_on": None, "score": None}
        everything = dict.fromkeys(HEADERS, text_of(200)) | readers
        super().__init__(columns, {}, everything, _TWOFOLD, always)

    def answer(self, record: Sequence[Any]) -> Answer:
        """The record that `read` gave without a fault."""
        return Answer(*record)

    def check(self, record: Sequence[Any]) -> None:
        if self.value(record, "answered_at") is None:
            raise Invalid(N_("This line has no date."))
        if self.value(record, "score") is None:
            raise Invalid(N_("This line has no score."))

    def _moment_and_day(self, cell: str) -> tuple[datetime, date]:
        moment = read_moment(cell, self._timezone)
        if moment > self._now:
            raise Invalid(N_("“%(text)s” is yet to come."), text=cell[:40])
        return moment, day_of(moment, self._timezone)

    def _score(self, cell: str) -> int:
        shape = _WHOLE.fullmatch(cell)
        if shape is None or not self._lowest <= int(shape[1]) <= 10:
            raise Invalid(
                N_("“%(text)s” is not a score: write a whole number from %(lowest)s to 10."),
                text=cell[:40],
                lowest=self._lowest,
            )
        return int(shape[1])

    def _store(self, cell: str) -> str:
        self._check_store(cell)
        return cell
