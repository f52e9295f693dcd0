"""A file of orders, tickets, ... -> what each line would do; then, all or nothing, the interactions."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from hopnps.domain import interaction_csv, table_file
from hopnps.domain.errors import N_
from hopnps.services import interaction_fates as fates
from hopnps.services.import_lines import Sorter
from hopnps.services.import_preview import ImportOptions, Preview
from hopnps.services.import_report import new_stores, report
from hopnps.services.interaction_merge import merge
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
    fates.SHARED_ID: N_("%(bearers)s contacts bear this external id: name the contact's source."),
    fates.UNKNOWN: N_("No contact bears this external id, and the line has no e-mail address."),
    fates.UNCLEAR: N_(
        "Lines with different external ids bear this unknown address: import the contacts first."
    ),
    fates.NEW_CONTACT: N_("A contact is made for this address."),
    TWIN: N_("Line %(first)s has the same reference and says something else."),
    SAME: N_("Line %(first)s says the same."),
}
BLAMED: dict[str, tuple[str, ...]] = {
    fates.SHARED: ("email",),
    fates.SHARED_ID: ("external_id",),
    fates.UNKNOWN: ("external_id",),
    fates.UNCLEAR: ("external_id", "email"),
    TWIN: ("reference",),
    SAME: ("reference",),
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
    """What apply() would do; nothing is written. Raises Invalid for what is no table of interactions.

    `options.extra["kind"]` is the kind of lines that do not say theirs; times are those of `timezone`.
    """
    return _read(session, source, filename, options, timezone, now=None)


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

    A contact whom only a line's address names is made; stores that nobody knows are made.
    """
    return _read(session, source, filename, options, timezone, now=now)


def _read(
    session: Session,
    source: bytes | BinaryIO | Path,
    filename: str,
    options: ImportOptions,
    timezone: tzinfo,
    now: datetime | None,
) -> Preview:
    sorter = Sorter(table_file.read(source, filename), interaction_csv.HEADERS, options)
    kind = options.extra.get("kind", "")
    interaction_csv.check_columns(sorter.columns.values(), kind)
    book = StoreBook(session)
    reader = interaction_csv.InteractionReader(
        sorter.columns, sorter.extras, options.source, kind, book.number, timezone
    )
    with (
        alone(),
        session.begin_nested(),
        stage(session, "nps_staged", staged_columns(reader.fields)) as staged,
        stage(
            session, "nps_lined_up", lined_up_columns(staged, "interaction_id", "contact_id")
        ) as lined,
    ):
        fill(session, staged, sorter.records(reader))
        fates.line_up(session, staged, lined)
        told = report(session, lined, sorter, REASONS, BLAMED)
        new = new_stores(session, lined)
        told.new_stores = book.names(new)
        if now and (options.skip_faults or not told.faulty):
            place_stores(session, lined, book.make(new))
            merge(session, lined, now)
            told.applied = True
    return told
