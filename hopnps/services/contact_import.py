"""A file of contacts -> what each line would do; then, all or nothing, the contacts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import contact_csv, table_file
from hopnps.domain.errors import N_
from hopnps.services import contact_fates as fates
from hopnps.services.contact_merge import merge
from hopnps.services.import_lines import Sorter
from hopnps.services.import_preview import KEPT_FAULTS, Fate, Fault, ImportOptions, Preview
from hopnps.services.staging import fill, stage
from hopnps.services.store_book import StoreBook

REASONS = {
    fates.SHARED: N_("%(bearers)s contacts bear this address: give the line its external id."),
    fates.NOBODY: contact_csv.NOBODY,
    fates.TWIN: N_("Line %(first)s has the same identity and says something else."),
    fates.SAME: N_("Line %(first)s says the same."),
    fates.ELSEWHERE: N_(
        "This person also stands on a line with an external id: give this line its external id too."
    ),
}


def preview(
    session: Session,
    source: bytes | BinaryIO | Path,
    filename: str,
    options: ImportOptions,
    *,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """What apply() would do; nothing is written. Raises Invalid for what is no table of contacts."""
    return _read(session, source, filename, options, now=None)


def apply(
    session: Session,
    source: bytes | BinaryIO | Path,
    filename: str,
    options: ImportOptions,
    *,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """Import the file; with a faulty line nothing is imported (`applied` is False), unless `skip_faults`.

    Addresses (`nps_address`) are never touched, so nobody is asked again who had unsubscribed.
    """
    return _read(session, source, filename, options, now=now)


def _read(
    session: Session,
    source: bytes | BinaryIO | Path,
    filename: str,
    options: ImportOptions,
    now: datetime | None,
) -> Preview:
    sorter = Sorter(table_file.read(source, filename), contact_csv.HEADERS, options)
    book = StoreBook(session)
    attributes = contact_csv.attribute_names(sorter.extras)
    reader = contact_csv.ContactReader(sorter.columns, attributes, options.source, book.number)
    with (
        session.begin_nested(),
        stage(session, fates.STAGED, fates.staged_columns(reader.fields)) as staged,
        stage(session, fates.LINED_UP, fates.lined_up_columns(staged)) as lined,
    ):
        fill(session, staged, sorter.records(reader))
        fates.line_up(session, staged, lined)
        report = _report(session, lined, sorter)
        new = _new_stores(session, lined)
        report.new_stores = book.names(new)
        if now and (options.skip_faults or not report.faulty):
            merge(session, lined, book.make(new), now)
            report.applied = True
    return report


def _report(session: Session, lined: sa.Table, sorter: Sorter) -> Preview:
    report = sorter.preview
    counts = sa.select(lined.c.fate, sa.func.count()).group_by(lined.c.fate)
    found: dict[str, int] = dict(session.execute(counts).tuples().all())
    report.created = found.get(Fate.CREATE, 0)
    report.updated = found.get(Fate.UPDATE, 0)
    report.unchanged = found.get(Fate.UNCHANGED, 0)
    report.skipped = found.get(Fate.SKIP, 0)
    report.faulty += found.get(Fate.FAULT, 0)
    if found.get(Fate.FAULT):
        late = list(_late_faults(session, lined, sorter))
        report.faults = sorted(report.faults + late, key=lambda fault: fault.line)[:KEPT_FAULTS]
    sorter.show(_fates(session, lined, sorter.shown))
    return report


def _late_faults(session: Session, lined: sa.Table, sorter: Sorter) -> Iterable[Fault]:
    """What only the other lines and the contacts there are can tell."""
    rows = (
        sa.select(lined.c.line, lined.c.reason, lined.c.first, lined.c.bearers)
        .add_columns(lined.c.external_id, lined.c.email)
        .where(lined.c.fate == Fate.FAULT)
        .order_by(lined.c.line)
        .limit(KEPT_FAULTS)
    )
    for row in session.execute(rows):
        field = "external_id" if row.external_id else "email"
        yield Fault(
            row.line,
            sorter.header_of(field),
            row.external_id or row.email,
            REASONS[row.reason],
            _values(row),
        )


def _fates(
    session: Session, lined: sa.Table, lines: Iterable[int]
) -> dict[int, tuple[Fate, str, dict[str, Any]]]:
    rows = sa.select(
        lined.c.line, lined.c.fate, lined.c.reason, lined.c.first, lined.c.bearers
    ).where(lined.c.line.in_(list(lines)))
    return {
        row.line: (Fate(row.fate), REASONS.get(row.reason, ""), _values(row))
        for row in session.execute(rows)
    }


def _values(row: Any) -> dict[str, Any]:
    return {"first": row.first, "bearers": row.bearers} if row.reason else {}


def _new_stores(session: Session, lined: sa.Table) -> list[int]:
    """The numbers of the stores that good lines name and that are not there yet."""
    if "store" not in lined.c:
        return []
    good = lined.c.fate.in_([Fate.CREATE, Fate.UPDATE, Fate.UNCHANGED])
    return list(session.scalars(sa.select(lined.c.store).where(lined.c.store < 0, good).distinct()))
