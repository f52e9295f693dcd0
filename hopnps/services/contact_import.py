"""A file of contacts -> what each line would do; then, all or nothing, the contacts."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from hopnps.domain import contact_csv, table_file
from hopnps.domain.errors import N_
from hopnps.domain.table_file import Table
from hopnps.services import contact_fates as fates
from hopnps.services import import_notes
from hopnps.services.contact_merge import merge
from hopnps.services.import_lines import Sorter
from hopnps.services.import_preview import ImportOptions, Preview, Step
from hopnps.services.import_report import new_stores, report
from hopnps.services.set_merge import (
    SAME,
    TWIN,
    alone,
    lined_up_columns,
    place_stores,
    staged_columns,
)
from hopnps.services.staging import fill, stage
from hopnps.services.store_book import StoreBook

REASONS = {
    fates.SHARED: N_("%(bearers)s contacts bear this address: give the line its external id."),
    fates.MOVED: N_("The e-mail address changes."),
    fates.NOBODY: contact_csv.NOBODY,
    TWIN: N_("Line %(first)s has the same identity and says something else."),
    SAME: N_("Line %(first)s says the same."),
    fates.ELSEWHERE: N_(
        "This person also stands on a line with an external id: give this line its external id too."
    ),
}
BLAMED = dict.fromkeys(REASONS, ("external_id", "email"))


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
    return _read(session, table_file.read(source, filename), options, now=None)


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
    return _read(session, table_file.read(source, filename), options, now=now)


def apply_table(
    session: Session, table: Table, options: ImportOptions, *, now: datetime
) -> Preview:
    """The same for lines that come from no file: a host's contact source."""
    return _read(session, table, options, now=now)


def _read(session: Session, table: Table, options: ImportOptions, now: datetime | None) -> Preview:
    sorter = Sorter(table, contact_csv.HEADERS, options, contact_csv.TOLD)
    contact_csv.check_columns(sorter.columns.values())
    book = StoreBook(session)
    attributes = contact_csv.attribute_names(sorter.extras)
    reader = contact_csv.ContactReader(sorter.columns, attributes, options.source, book.number)
    with (
        alone(),
        session.begin_nested(),
        stage(session, "nps_staged", staged_columns(reader.fields)) as staged,
        stage(session, "nps_lined_up", lined_up_columns(staged, "contact_id")) as lined,
    ):
        fill(session, staged, sorter.records(reader))
        fates.line_up(session, staged, lined)
        told = report(session, lined, sorter, REASONS, BLAMED)
        new = new_stores(session, lined)
        told.new_stores = book.names(new)
        if now and (options.skip_faults or not told.faulty):
            place_stores(session, lined, book.make(new))
            options.tell(Step.WRITE, told.total)
            noted_for = options.upload_id if import_notes.can_be_noted(told) else None
            merge(session, lined, now, noted_for)
            told.applied = True
    return told
