"""A file that waits for its yes -> the page that says what each column holds and what each line would do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from hopnps import doors
from hopnps.domain import columns
from hopnps.domain.errors import Invalid
from hopnps.forms.imports import FIELDS
from hopnps.i18n import gettext as _
from hopnps.i18n import lazy_gettext, say
from hopnps.models import Upload
from hopnps.services import import_notes, upload_work, uploads
from hopnps.services.import_preview import Fault, Line, Preview

CONTACTS = "contacts"
KIND_LABELS = {
    CONTACTS: lazy_gettext("Contacts"),
    "stores": lazy_gettext("Stores"),
    "interactions": lazy_gettext("Orders and tickets"),
    "responses": lazy_gettext("Past answers"),
}


@dataclass(frozen=True)
class Column:
    """A column with a name: its place in the file, its first value, and the field it holds."""

    number: int
    header: str
    field: str
    sample: str


def page(upload: Upload) -> str:
    """All of it on one page, nothing of it written yet."""
    try:
        report, refusal = look(upload), None
    except Invalid as fault:
        report, refusal = None, fault
    return render_template(
        "hopnps/imports/check.html",
        upload=upload,
        report=report,
        refusal=_refusal(refusal) if refusal else "",
        columns=_columns(upload),
        own=columns.OWN,
        choices=_choices(upload.kind),
        fields=_field_labels(),
        kinds=KIND_LABELS,
        say=sentence,
        undoable=upload.kind == CONTACTS and report and import_notes.can_be_noted(report),
        most_undone=import_notes.MOST,
    )


def look(upload: Upload) -> Preview:
    """What it would do: of a long file as it was found, of a short one as it is now. Raises Invalid."""
    work = upload_work.of(doors.session(), upload)
    found = upload_work.report_of(work) if work else None
    return found or uploads.preview(
        doors.session(), upload, now=doors.now(), timezone=doors.house().timezone
    )


def sentence(told: Fault | Line) -> str:
    """What is wrong with a line, or why it is left out."""
    message = told.message if isinstance(told, Fault) else told.reason
    return say(Invalid(message, **told.values)) if message else ""


def _columns(upload: Upload) -> list[Column]:
    headers, first = uploads.beginning(upload)
    held = uploads.matched(upload, headers)
    return [
        Column(n, header, held[header], (first[n : n + 1] or [""])[0])
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


def _refusal(refusal: Invalid) -> str:
    """Fields by the names they have on screens."""
    labels = _field_labels()
    names = {
        key: labels[value]
        for key, value in refusal.values.items()
        if key == "name" and value in labels
    }
    return say(Invalid(refusal.message, **refusal.values | names))
