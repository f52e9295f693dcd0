"""A view with a picture beside its form: what is typed is shown as a client would see it, before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from flask_admin import expose

from hopnps import database, doors
from hopnps.admin import pictures
from hopnps.admin.base import ServiceView
from hopnps.domain import colours
from hopnps.domain.errors import Invalid


class EditorView(ServiceView):
    """A subclass says by `picture` what its form would look like."""

    readable = colours.READABLE

    def picture(self, values: dict[str, Any]) -> str:
        """The page that shows what is typed."""
        raise NotImplementedError

    def show_fault(self, form: Any, field: str) -> None:
        """Open the part of the form where the first fault stands."""

    @expose("/preview/", methods=("POST",))
    def preview_view(self) -> ResponseReturnValue:
        """What stands in the form, for the frame beside it; nothing is checked, nothing is kept."""
        if not self.may_edit():
            abort(403)
        self.session.session.rollback()
        database.intend(writing=False)  # looking makes nobody wait who writes
        return self.picture(self.create_form().values)

    def contrast(self, text: Any, ground: Any) -> float | None:
        """How well two colours of a form can be read on each other; None while one of them is none."""
        try:
            return colours.shown_contrast(*map(colours.normalise, (text or "", ground or "")))
        except Invalid:
            return None

    def saved(self, act: Callable[..., Any], *args: Any, form: Any = None) -> Any:
        """As ever; and what was uploaded is still there when something else was refused."""
        row = super().saved(act, *args, form=form)
        if row is None and form is not None:
            pictures.keep_uploads(self.session.session, form, now=doors.now())
            for name in form.errors:
                self.show_fault(form, name)
                break
        return row
