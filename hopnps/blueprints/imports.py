"""A file from a marketer's desk -> what each of its lines would do, then the rows; and contacts back as a file."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import IO, Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from hopnps import access, doors
from hopnps.domain import columns, sheets
from hopnps.domain.errors import Invalid, Refused
from hopnps.forms.imports import FIELDS, ImportForm
from hopnps.i18n import gettext as _
from hopnps.i18n import lazy_gettext, say
from hopnps.models import Survey, Upload
from hopnps.services import contact_export, uploads
from hopnps.services.import_preview import Fault, Line, Preview

bp = Blueprint("hopnps_imports", __name__)
access.guard(bp)
CONTACTS = "contacts"
KIND_LABELS = {
    CONTACTS: lazy_gettext("Contacts"),
    "stores": lazy_gettext("Stores"),
    "interactions": lazy_gettext("Orders and tickets"),
    "responses": lazy_gettext("Past answers"),
}


@bp.get("/imports")
@access.opened_to(access.MARKETING)
def new() -> ResponseReturnValue:
    """Choose a file; `?instead_of=7` brings back all that was said of upload 7."""
    before = _before(request.args.get("instead_of", ""))
    kind = before.kind if before else request.args.get("kind", CONTACTS)
    return _form_page(kind, _form(kind, before), before)


@bp.post("/imports/<kind>")
@access.opened_to(access.MARKETING)
def receive(kind: str) -> ResponseReturnValue:
    """Take the file in and show what it would do; a file that is none comes back to the form."""
    form = _form(kind, None)
    before = _before(form.instead_of.data or "")
    if form.validate_on_submit():
        try:
            upload = uploads.receive(
                doors.session(),
                kind=kind,
                filename=form.file.data.filename or "",
                data=form.file.data.read(uploads.LARGEST + 1),
                source=(form.source.data or "") if form.source else "",
                extra=form.extra,
                instead_of=before,
                by=doors.asker(),
                now=doors.now(),
            )
        except Invalid as refusal:
            doors.session().rollback()
            form.refuse(refusal)
        else:
            doors.session().commit()
            return redirect(url_for(".show", upload_id=upload.id), 303)
    return _form_page(kind, form, before), 400


@bp.get("/imports/<nps_row:upload_id>")
@access.opened_to(access.MARKETING)
def show(upload_id: int) -> ResponseReturnValue:
    """Before the yes what each line would do, after it what was done."""
    upload = uploads.find(doors.session(), upload_id)
    if upload.applied_at:
        return render_template("hopnps/imports/done.html", upload=upload, kinds=KIND_LABELS)
    return _check_page(upload)


@bp.post("/imports/<nps_row:upload_id>/columns")
@access.opened_to(access.MARKETING)
def choose_columns(upload_id: int) -> ResponseReturnValue:
    """Say by hand what the columns hold, then look again."""
    upload = uploads.find(doors.session(), upload_id)
    if not upload.applied_at:
        headers, _lines = uploads.first_lines(upload, 0)
        said = {
            header: request.form[f"column-{number}"]
            for number, header in enumerate(headers)
            if header and request.form.get(f"column-{number}") is not None
        }
        uploads.choose(upload, said)
        doors.session().commit()
    return redirect(url_for(".show", upload_id=upload.id), 303)


@bp.post("/imports/<nps_row:upload_id>/approval")
@access.opened_to(access.MARKETING)
def approve(upload_id: int) -> ResponseReturnValue:
    """Import the file, or its good lines; pressed twice it is imported once."""
    upload = uploads.find(doors.session(), upload_id, locked=True)
    try:
        report = uploads.apply(
            doors.session(),
            upload,
            skip_faults="skip_faults" in request.form,
            now=doors.now(),
            timezone=doors.house().timezone,
        )
    except Refused:  # it was imported by the first press
        doors.session().rollback()
    except Invalid:  # the page says why
        doors.session().rollback()
    else:
        doors.session().commit() if report.applied else doors.session().rollback()
    return redirect(url_for(".show", upload_id=upload_id), 303)


@bp.get("/imports/<nps_row:upload_id>/faults.csv")
@access.opened_to(access.MARKETING)
def faults(upload_id: int) -> ResponseReturnValue:
    """The faulty lines as a file, to mend them one by one."""
    upload = uploads.find(doors.session(), upload_id)
    if upload.applied_at:
        abort(404)
    report = _preview(upload)
    file = TemporaryFile()  # noqa: SIM115  (closed when it was sent)
    rows: list[list[sheets.Cell]] = [
        [fault.line, fault.column, fault.value, _sentence(fault)] for fault in report.faults
    ]
    headers = [_("Line"), _("Column"), _("Value read"), _("What is wrong")]
    sheets.write(file, sheets.Format.CSV_FR, headers, rows)
    return _as_file(file, sheets.Format.CSV_FR, _("faults"))


@bp.get("/exports/contacts/<form>")
@access.opened_to(access.MARKETING)
def contacts(form: str) -> ResponseReturnValue:
    """All contacts as a file; `form` is csv, csv-fr or xlsx."""
    if form not in {*sheets.Format}:
        abort(404)
    format_ = sheets.Format(form)
    file = TemporaryFile()  # noqa: SIM115  (closed when it was sent)
    language = get_locale().language
    contact_export.export(
        doors.session(), file, format_, timezone=doors.house().timezone, language=language
    )
    return _as_file(file, format_, "contacts")


def _form_page(kind: str, form: ImportForm, before: Upload | None) -> str:
    return render_template(
        "hopnps/imports/new.html",
        kind=kind,
        kinds=KIND_LABELS,
        form=form,
        before=before,
        latest=uploads.latest(doors.session()),
        limit=uploads.LARGEST // 1024**2,
    )


def _form(kind: str, before: Upload | None) -> ImportForm:
    """The questions this kind of file calls for, with what was said of an earlier file."""
    if kind not in KIND_LABELS:
        abort(404)
    said: dict[str, Any] = {}
    if before:
        extra = before.options["extra"]
        said = {"source": before.options["source"], "instead_of": str(before.id), **extra}
        said["kind_of_lines"] = extra.get("kind", "")
    form = ImportForm(data=said)
    form.suit(kind, list(doors.session().scalars(sa.select(Survey).order_by(Survey.id))))
    return form


def _before(number: str) -> Upload | None:
    """The file that a new one corrects, if it is still here."""
    if not number.isdecimal() or len(number) > 9:
        return None
    return doors.session().get(Upload, int(number))


def _check_page(upload: Upload) -> str:
    headers, first = uploads.first_lines(upload)
    try:
        report, refusal = _preview(upload), None
    except Invalid as fault:
        report, refusal = None, fault
    return render_template(
        "hopnps/imports/check.html",
        upload=upload,
        report=report,
        refusal=_refusal(refusal) if refusal else "",
        columns=_columns(upload, headers, first[0] if first else []),
        choices=_choices(upload.kind),
        fields=_field_labels(),
        kinds=KIND_LABELS,
        say=_sentence,
    )


def _columns(upload: Upload, headers: list[str], cells: list[str]) -> list[dict[str, Any]]:
    """Each column with a name: its number, its first value, and the field it holds."""
    held = uploads.matched(upload, headers)
    return [
        {
            "number": n,
            "header": header,
            "field": held[header],
            "sample": (cells[n : n + 1] or [""])[0],
        }
        for n, header in enumerate(headers)
        if header
    ]


def _choices(kind: str) -> list[tuple[str, str]]:
    """What a column may hold, as value and words."""
    labels = _field_labels()
    chosen = [(name, labels.get(name, name)) for name in uploads.KINDS[kind].names]
    if uploads.KINDS[kind].keeps_others:
        chosen.append((columns.OWN, _("Attribute of its own")))
    return [*chosen, (columns.LEFT_OUT, _("Leave this column out"))]


def _field_labels() -> dict[str, str]:
    return {name: _(label) for name, label in FIELDS.items()}


def _sentence(told: Fault | Line) -> str:
    """What is wrong with a line, or why it is left out."""
    message = told.message if isinstance(told, Fault) else told.reason
    return say(Invalid(message, **told.values)) if message else ""


def _refusal(refusal: Invalid) -> str:
    """Fields by the names they have on screens."""
    labels = _field_labels()
    names = {
        key: labels[value]
        for key, value in refusal.values.items()
        if key == "name" and value in labels
    }
    return say(Invalid(refusal.message, **refusal.values | names))


def _preview(upload: Upload) -> Preview:
    return uploads.preview(
        doors.session(), upload, now=doors.now(), timezone=doors.house().timezone
    )


def _as_file(file: IO[bytes], format_: sheets.Format, name: str) -> Response:
    """A download with a name of ours; nothing of it is kept on the way."""
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
