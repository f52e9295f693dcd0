"""A file from a marketer's desk -> what each of its lines would do, then the rows; and back again as long as it can be."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from hopnps import access, doors, import_work, pages
from hopnps.blueprints import import_check
from hopnps.blueprints.import_check import CONTACTS, KIND_LABELS
from hopnps.domain.errors import Invalid, Refused
from hopnps.forms.imports import ImportForm
from hopnps.models import Survey, Upload
from hopnps.services import taking_back, upload_work, uploads
from hopnps.services.upload_work import State, Wish

bp = Blueprint("hopnps_imports", __name__)
access.guard(bp)
WORK = "work"  # the part of the page that tells how far it is


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
        data = form.file.data.read(uploads.LARGEST + 1)
        try:
            upload = uploads.receive(
                doors.session(),
                kind=kind,
                filename=form.file.data.filename or "",
                data=data,
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
            return _want(upload, Wish.CHECK) if upload_work.is_long(data) else _keep(upload.id)
    return _form_page(kind, form, before), 400


@bp.get("/imports/<nps_row:upload_id>")
@access.opened_to(access.MARKETING)
def show(upload_id: int) -> ResponseReturnValue:
    """How far it is; before the yes what each line would do, after it what was done."""
    upload = uploads.find(doors.session(), upload_id)
    work = upload_work.of(doors.session(), upload)
    state = upload_work.state(work, now=doors.now()) if work else State.DONE
    if state is not State.DONE:
        return render_template(
            "hopnps/imports/work.html", upload=upload, work=work, state=state, kinds=KIND_LABELS
        )
    if pages.asked_part() == WORK:  # the page that watched it has to be another now
        return _another_page()
    if upload.applied_at is None:
        return import_check.page(upload)
    return render_template(
        "hopnps/imports/done.html",
        upload=upload,
        kinds=KIND_LABELS,
        undoable=taking_back.is_possible(doors.session(), upload),
    )


@bp.post("/imports/<nps_row:upload_id>/columns")
@access.opened_to(access.MARKETING)
def choose_columns(upload_id: int) -> ResponseReturnValue:
    """Say by hand what the columns hold, then look again."""
    upload = uploads.find(doors.session(), upload_id, locked=True)
    if upload.applied_at:
        return _keep(upload_id)
    headers, _first = uploads.beginning(upload)
    said = {
        header: request.form[f"column-{number}"]
        for number, header in enumerate(headers)
        if header and request.form.get(f"column-{number}") is not None
    }
    uploads.choose(upload, said)
    if upload_work.of(doors.session(), upload):
        return _want(upload, Wish.CHECK)
    if pages.asked_part():
        doors.session().commit()
        return import_check.page(upload)
    return _keep(upload_id)


@bp.post("/imports/<nps_row:upload_id>/approval")
@access.opened_to(access.MARKETING)
def approve(upload_id: int) -> ResponseReturnValue:
    """Import the file, or its good lines; pressed twice it is imported once."""
    upload = uploads.find(doors.session(), upload_id, locked=True)
    good_lines = "skip_faults" in request.form
    if upload_work.of(doors.session(), upload):
        return _want(upload, Wish.APPLY_GOOD if good_lines else Wish.APPLY)
    try:
        report = uploads.apply(
            doors.session(),
            upload,
            skip_faults=good_lines,
            now=doors.now(),
            timezone=doors.house().timezone,
        )
    except (Invalid, Refused):  # the page says why, or that the first press has imported it
        doors.session().rollback()
    else:
        doors.session().commit() if report.applied else doors.session().rollback()
    return redirect(url_for(".show", upload_id=upload_id), 303)


@bp.post("/imports/<nps_row:upload_id>/attempt")
@access.opened_to(access.MARKETING)
def attempt(upload_id: int) -> ResponseReturnValue:
    """Once more from the beginning, after it broke off."""
    upload = uploads.find(doors.session(), upload_id, locked=True)
    work = upload_work.of(doors.session(), upload)
    if work and upload_work.state(work, now=doors.now()) is State.BROKEN:
        return _want(upload, Wish(work.wish))
    return _keep(upload_id)


@bp.get("/imports/<nps_row:upload_id>/undo")
@access.opened_to(access.MARKETING)
def ask_undo(upload_id: int) -> ResponseReturnValue:
    """What taking it back would do, or why that can no longer be."""
    upload = uploads.find(doors.session(), upload_id)
    if not taking_back.is_possible(doors.session(), upload):
        return redirect(url_for(".show", upload_id=upload_id), 303)
    plan = taking_back.plan(doors.session(), upload)
    return render_template("hopnps/imports/undo.html", upload=upload, plan=plan, kinds=KIND_LABELS)


@bp.post("/imports/<nps_row:upload_id>/undo")
@access.opened_to(access.MARKETING)
def undo(upload_id: int) -> ResponseReturnValue:
    """Take the import back; what came of it meanwhile stands on the page that asked."""
    upload = uploads.find(doors.session(), upload_id, locked=True)
    try:
        taking_back.take_back(doors.session(), upload, by=doors.asker(), now=doors.now())
    except Refused:
        doors.session().rollback()
        return redirect(url_for(".ask_undo", upload_id=upload_id), 303)
    return _keep(upload_id)


def _keep(upload_id: int) -> ResponseReturnValue:
    doors.session().commit()
    return redirect(url_for(".show", upload_id=upload_id), 303)


def _want(upload: Upload, wanted: Wish) -> ResponseReturnValue:
    """Have it done beside the page, which only tells how far it is."""
    upload_id = upload.id
    upload_work.wish(doors.session(), upload, wanted, now=doors.now())
    answer = _keep(upload_id)
    import_work.begin(current_app._get_current_object(), upload_id)  # type: ignore[attr-defined]
    return _another_page() if pages.asked_part() else answer


def _another_page() -> Response:
    """Tell htmx that the whole page is to be asked again."""
    return Response(headers={"HX-Refresh": "true"})


def _form_page(kind: str, form: ImportForm, before: Upload | None) -> str:
    return render_template(
        "hopnps/imports/new.html",
        kind=kind,
        kinds=KIND_LABELS,
        form=form,
        before=before,
        latest=uploads.latest(doors.session()),
        undoable=taking_back.last(doors.session()),
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
