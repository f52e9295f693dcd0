"""What a host's contact source tells -> contacts, by the set-based import, and the moment up to which it was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from tempfile import SpooledTemporaryFile
from typing import Any

from sqlalchemy.orm import Session

from hopnps.domain import columns, contact_csv
from hopnps.domain.cells import written_tags
from hopnps.domain.table_file import Table
from hopnps.models import ContactSource
from hopnps.services import contact_import
from hopnps.services.import_preview import ImportOptions, Preview
from hopnps.services.import_turn import take_turn

LAG = timedelta(minutes=5)  # a change is committed some time after the moment it bears
INSTANT = timedelta(microseconds=1)
IN_MEMORY = 4 * 1024**2  # bytes; more of them wait in a file
FIELDS = {*contact_csv.READERS, "store"} - {"hopnps_reference"}


class Spool:
    """Keeps what a source tells until its reading is over, in a file if it is much."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(  # noqa: SIM115  closed by our own `with`
            max_size=IN_MEMORY, mode="w+", encoding="utf-8"
        )

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._file.close()

    def add(self, told: Mapping[str, Any]) -> None:
        """Raises TypeError for a key that no contact has, and for a moment without its time zone."""
        if unknown := told.keys() - FIELDS - {"attributes", "changed_at"}:
            raise TypeError(f"a contact has no {', '.join(sorted(unknown))}")
        changed_at = told.get("changed_at")
        if changed_at is not None and changed_at.tzinfo is None:
            raise TypeError("changed_at needs its time zone")
        line = {name: _cell(told[name]) for name in told.keys() & FIELDS}
        for name, value in (told.get("attributes") or {}).items():
            line[f"attribute:{name}"] = _cell(value)
        if changed_at:
            line["changed_at"] = changed_at.isoformat()
        self._file.write(json.dumps(line) + "\n")

    def slices(self, size: int) -> Iterator[list[dict[str, str]]]:
        """The lines again, some at a time."""
        self._file.seek(0)
        lines: list[dict[str, str]] = []
        for text in self._file:
            lines.append(json.loads(text))
            if len(lines) == size:
                yield lines
                lines = []
        if lines:
            yield lines


def read_until(session: Session, name: str) -> datetime | None:
    """The moment from which to ask; None for a source that was never read."""
    known = session.get(ContactSource, name)
    return known.read_until if known else None


def keep(
    session: Session,
    name: str,
    lines: list[dict[str, str]],
    *,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """Make or change these contacts, and note the moment they reach. Blank says nothing; faulty ones are left out
    and told."""
    take_turn(session)
    changes = [line.pop("changed_at", "") for line in lines]
    options = ImportOptions(_mapping(lines), name, skip_faults=True)
    report = contact_import.apply_table(session, _table(lines), options, now=now)
    if all(changes) and changes == sorted(changes, key=datetime.fromisoformat):
        # of several with one moment the next slice may hold the rest
        _note(session, name, datetime.fromisoformat(changes[-1]) - INSTANT)
    return report


def note_whole(session: Session, name: str, *, begun: datetime) -> None:
    """All that changed well before the reading began is here."""
    _note(session, name, begun - LAG)


def _note(session: Session, name: str, moment: datetime) -> None:
    """Never backwards, whatever another worker read meanwhile."""
    known = session.get(ContactSource, name, with_for_update=True, populate_existing=True)
    if known is None:
        session.add(ContactSource(name=name, read_until=moment))
    elif known.read_until is None or known.read_until < moment:
        known.read_until = moment


def _mapping(lines: list[dict[str, str]]) -> dict[str, str]:
    headers = {header for line in lines for header in line}
    return {header: header if header in FIELDS else columns.OWN for header in headers}


def _table(lines: list[dict[str, str]]) -> Table:
    headers = sorted({header for line in lines for header in line})
    rows = ((number, [line.get(h, "") for h in headers]) for number, line in enumerate(lines, 1))
    return Table(headers, rows)


def _cell(value: Any) -> str:
    if isinstance(value, (list, tuple, set)):
        return written_tags([str(one) for one in value])
    return "" if value is None else str(value)
