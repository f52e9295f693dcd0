"""A wish to delete one row or many -> a page that says what goes, and the deletion once it was confirmed there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy.orm import Session

from hopnps.domain.errors import HopNPSError
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext, say

MOST_AT_ONCE = 500


class Deletion:
    """Flask-Admin deletes at once and asks by JavaScript only; here the question is a page."""

    delete_template = "hopnps/admin/delete.html"

    def remove(self, session: Session, row: Any) -> None:
        """The service call that deletes a row; a HopNPSError keeps it, and all others chosen with it."""
        raise NotImplementedError

    def check_removal(self, session: Session, row: Any) -> None:
        """Raises the HopNPSError for which `remove` would keep a row; reads only."""
        raise NotImplementedError

    def losses(self, rows: Sequence[Any]) -> list[str]:
        """Sentences on what goes with these rows."""
        return []

    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> ResponseReturnValue:
        return self._ask_or_delete([request.values.get("id", "")])

    @expose("/action/", methods=("POST",))
    def action_view(self) -> ResponseReturnValue:
        """What the list's form sends for the rows that were ticked."""
        ids = request.form.getlist("rowid")[:MOST_AT_ONCE]
        if not ids:
            flash(_("No line was chosen."), "warning")
            return redirect(self._way_back())  # type: ignore[attr-defined]
        return self._ask_or_delete(ids)

    def _ask_or_delete(self, ids: list[str]) -> ResponseReturnValue:
        rows = [row for row in map(self.get_one, ids) if row is not None]  # type: ignore[attr-defined]
        if not rows:
            abort(404)
        names = [str(row) for row in rows]
        if "confirmed" in request.form and self.saved(self._remove_all, rows):  # type: ignore[attr-defined]
            flash(_said(names), "success")
            return redirect(self._way_back())  # type: ignore[attr-defined]
        return self.render(  # type: ignore[attr-defined]
            self.delete_template,
            rows=rows,
            names=names,
            losses=self.losses(rows),
            staying=self._staying(rows),
            return_url=self._way_back(),  # type: ignore[attr-defined]
        )

    def _staying(self, rows: list[Any]) -> list[str]:
        """Why some of these rows stay, and all others that were chosen with them."""
        why = []
        for row in rows:
            try:
                self.check_removal(self.session.session, row)  # type: ignore[attr-defined]
            except HopNPSError as refusal:
                why.append(say(refusal))
        return why

    def _remove_all(self, session: Session, rows: list[Any], *, now: datetime) -> int:
        for row in rows:
            self.remove(session, row)
        session.flush()
        return len(rows)


def _said(names: list[str]) -> str:
    if len(names) == 1:
        return _("%(name)s is deleted.", name=names[0])
    return ngettext(
        "%(count)s line is deleted.", "%(count)s lines are deleted.", len(names), count=len(names)
    )
