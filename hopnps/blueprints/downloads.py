"""Faulty lines, and the contacts one may see -> a file for the reader's own Excel; nothing of it is kept on the way."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import IO

from flask import Blueprint, Response, abort, send_file
from flask.typing import ResponseReturnValue

from hopnps import access, doors
from hopnps.blueprints import import_check
from hopnps.domain import sheets
from hopnps.i18n import gettext as _
from hopnps.services import contact_export, uploads

bp = Blueprint("hopnps_downloads", __name__)
access.guard(bp)


@bp.get("/imports/<nps_row:upload_id>/faults.csv")
@access.opened_to(access.MARKETING)
def faults(upload_id: int) -> ResponseReturnValue:
    """The faulty lines as a file, to mend them one by one."""
    upload = uploads.find(doors.session(), upload_id)
    if upload.applied_at:
        abort(404)
    report = import_check.look(upload)
    file = TemporaryFile()  # noqa: SIM115  (closed when it was sent)
    rows: list[list[sheets.Cell]] = [
        [fault.line, fault.column, fault.value, import_check.sentence(fault)]
        for fault in report.faults
    ]
    headers = [_("Line"), _("Column"), _("Value read"), _("What is wrong")]
    sheets.write(file, sheets.Format.CSV_FR, headers, rows)
    return _as_file(file, sheets.Format.CSV_FR, _("faults"))


@bp.get("/exports/contacts/<form>")
@access.opened_to(access.MARKETING)
def contacts(form: str) -> ResponseReturnValue:
    """The contacts whom who asks may see, as a file; `form` is csv, csv-fr or xlsx."""
    if form not in {*sheets.Format}:
        abort(404)
    format_ = sheets.Format(form)
    file = TemporaryFile()  # noqa: SIM115  (closed when it was sent)
    contact_export.export(
        doors.session(),
        file,
        format_,
        timezone=doors.house().timezone,
        scope=doors.scope(),
        language=doors.language(),
    )
    return _as_file(file, format_, "contacts")


def _as_file(file: IO[bytes], format_: sheets.Format, name: str) -> Response:
    """A download with a name of ours."""
    file.seek(0)
    ending = "xlsx" if format_ is sheets.Format.XLSX else "csv"
    answer = send_file(
        file,
        mimetype=sheets.CONTENT_TYPES[format_],
        as_attachment=True,
        download_name=f"{name}-{doors.now().astimezone(doors.house().timezone):%Y-%m-%d}.{ending}",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
