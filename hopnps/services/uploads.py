"""A file somebody gives us -> kept until its preview is accepted; then imported, or swept away. Long ones: upload_work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import (
    columns,
    contact_csv,
    interaction_csv,
    response_csv,
    store_csv,
    table_file,
)
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.models import Upload, UploadWork
from hopnps.services import (
    contact_import,
    import_notes,
    interaction_import,
    response_import,
    store_import,
)
from hopnps.services.import_preview import ImportOptions, Preview, Teller, tell_nobody
from hopnps.services.import_turn import take_turn

LARGEST = 50 * 1024**2  # bytes; the command line takes larger files
KEPT_DAYS = 7  # a file that nobody accepted


@dataclass(frozen=True)
class Kind:
    """What a file may hold: who imports it, its fields with their names, whether other columns are kept.

    `told` are names of columns that an export of ours writes and an import leaves out.
    """

    service: Any
    names: Mapping[str, Iterable[str]]
    keeps_others: bool
    told: Mapping[str, Iterable[str]] = field(default_factory=dict)


KINDS = {
    "contacts": Kind(contact_import, contact_csv.HEADERS, True, contact_csv.TOLD),
    "stores": Kind(store_import, store_csv.HEADERS, False),
    "interactions": Kind(interaction_import, interaction_csv.HEADERS, True),
    "responses": Kind(response_import, response_csv.HEADERS, False),
}


def receive(
    session: Session,
    *,
    kind: str,
    filename: str,
    data: bytes,
    source: str = "",
    extra: Mapping[str, str] | None = None,
    instead_of: Upload | None = None,
    by: str = "",
    now: datetime,
) -> Upload:
    """Keep a file until somebody says yes to its preview; those nobody wanted are swept away.

    `instead_of` is the file this one corrects: what was said of its columns by hand holds for it too.
    Raises Invalid for a file that is too large or no table.
    """
    _sweep(session, now)
    if len(data) > LARGEST:
        raise Invalid(
            N_(
                "This file is larger than the %(limit)s MB that can be sent here. Split it, or ask an administrator to import it from the command line."
            ),
            field="file",
            limit=LARGEST // 1024**2,
        )
    headers, first = _beginning(data, filename)
    said = instead_of.options.get("mapping", {}) if instead_of else {}
    upload = Upload(
        kind=kind,
        filename=_shown_name(filename),
        data=data,
        options={
            "mapping": {header: field for header, field in said.items() if header in headers},
            "source": source,
            "extra": dict(extra or {}),
            "headers": headers,
            "first": first,
        },
        uploaded_at=now,
        uploaded_by=by,
    )
    session.add(upload)
    session.flush()
    return upload


def find(session: Session, upload_id: int, *, locked: bool = False) -> Upload:
    """The upload of this number; `locked` against a second person who says yes. Raises NotFound."""
    found = session.get(Upload, upload_id, with_for_update=locked, populate_existing=locked)
    if found is None:
        raise NotFound(
            N_("This file is no longer kept here: files nobody imports go after %(days)s days."),
            days=KEPT_DAYS,
        )
    return found


def latest(session: Session, *, most: int = 6) -> list[Upload]:
    """The last files that were given to us, imported or still waiting."""
    return list(session.scalars(sa.select(Upload).order_by(Upload.id.desc()).limit(most)))


def beginning(upload: Upload) -> tuple[list[str], list[str]]:
    """The headers, and the cells of the first line; a workbook is not read again for them."""
    known = upload.options
    if "headers" in known:
        return known["headers"], known["first"]
    return _beginning(upload.data, upload.filename)


def _beginning(data: bytes, filename: str) -> tuple[list[str], list[str]]:
    table = table_file.read(data, filename)
    return table.headers, next((cells for _, cells in table.rows), [])


def matched(upload: Upload, headers: list[str]) -> dict[str, str]:
    """Header -> the field it holds as things stand; `columns.OWN` or `columns.LEFT_OUT` for one that no field knows.

    Where two columns hold one field, which a preview refuses, both are told.
    """
    kind, said = KINDS[upload.kind], upload.options["mapping"]
    return {
        header: said[header] if header in said else _by_itself(header, kind, said)
        for header in filter(None, headers)
    }


def _by_itself(header: str, kind: Kind, said: Mapping[str, str]) -> str:
    """The field that a header names, unless somebody said that another column holds it."""
    if columns.match([header], kind.told, {}):
        return columns.LEFT_OUT
    field = columns.match([header], kind.names, {}).get(0)
    if field and field not in said.values():
        return field
    return columns.OWN if kind.keeps_others else columns.LEFT_OUT


def choose(upload: Upload, mapping: Mapping[str, str]) -> None:
    """Say by hand what columns hold: header -> field, '' leaves one out, `columns.OWN` makes it no field."""
    upload.options = {**upload.options, "mapping": dict(mapping)}


def preview(
    session: Session,
    upload: Upload,
    *,
    tell: Teller = tell_nobody,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """What importing it would do, line by line. Raises Invalid where its columns do not make sense."""
    service = KINDS[upload.kind].service
    options = _options(upload, tell=tell)
    return service.preview(
        session, upload.data, upload.filename, options, now=now, timezone=timezone
    )


def apply(
    session: Session,
    upload: Upload,
    *,
    skip_faults: bool,
    tell: Teller = tell_nobody,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """Import it: all of it, or with `skip_faults` its good lines. What it held is then no longer kept here.

    Of contacts it is noted what changes, in place of the notes of the import before: see services.taking_back.
    Raises Refused if that was done already.
    """
    if upload.applied_at:
        raise Refused(N_("This file was imported already."))
    take_turn(session)
    service = KINDS[upload.kind].service
    if upload.kind == "contacts":
        import_notes.forget(session)
    options = _options(upload, skip_faults, tell)
    report = service.apply(
        session, upload.data, upload.filename, options, now=now, timezone=timezone
    )
    if report.applied:
        upload.applied_at, upload.data = now, b""
        upload.summary = {name: getattr(report, name) for name in _COUNTS}
        upload.options = {key: upload.options[key] for key in ("mapping", "source", "extra")}
        session.execute(sa.delete(UploadWork).where(UploadWork.upload_id == upload.id))
        session.flush()
    return report


_COUNTS = ("created", "updated", "unchanged", "skipped", "faulty", "new_stores")


def _options(
    upload: Upload, skip_faults: bool = False, tell: Teller = tell_nobody
) -> ImportOptions:
    said = upload.options
    chosen = (said["mapping"], said["source"], skip_faults, said["extra"])
    return ImportOptions(*chosen, upload_id=upload.id, tell=tell)


def _shown_name(filename: str) -> str:
    """The name alone, of letters that show: a file name is a stranger's text."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[:200]


def _sweep(session: Session, now: datetime) -> None:
    old = sa.and_(Upload.uploaded_at < now - timedelta(days=KEPT_DAYS), Upload.applied_at.is_(None))
    works = UploadWork.upload_id.in_(sa.select(Upload.id).where(old))
    session.execute(sa.delete(UploadWork).where(works))
    session.execute(sa.delete(Upload).where(old))
