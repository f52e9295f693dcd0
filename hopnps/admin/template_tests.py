"""Tests of a mail by mail: the saved one to who asks, the one in the form to any colleague, as any client gets it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy.orm import Session

from hopnps import access, doors, numbers
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.languages import spoken
from hopnps.i18n import gettext
from hopnps.services import template_tests, templates, users

TEST = "test-"  # followed by the language


class Tests:
    """Of the view of templates."""

    def colleagues(self) -> dict[str, tuple[str, str]]:
        """Address -> name and language of those whom a test can go to, who asks first."""
        asker = access.principal()
        found = {asker.email: (asker.name, doors.language())} if asker and asker.email else {}
        for user in users.everybody(doors.session()):
            if not user.disabled_at:
                found.setdefault(user.email, (user.name, user.language or doors.language()))
        return found

    @expose("/test/", methods=("POST",))
    def test_view(self) -> ResponseReturnValue:
        """The current version, by mail, to who asks."""
        row, asker = self.asked_row(), access.principal()  # type: ignore[attr-defined]
        text = row.current.text_in(spoken(request.form.get("language", "")))
        if asker is None or not asker.email:
            flash(gettext("Your account has no e-mail address to send a test to."), "error")
        else:
            self._send_test(lambda: text, "", asker.email)
        return redirect(self.get_url(".details_view", id=row.id))  # type: ignore[attr-defined]

    def send_typed(self, form: Any, language: str) -> None:
        """What stands in the form, not saved, to the chosen colleague, as the chosen client."""
        code = spoken(language)
        subject, body = (form[f"{name}_{code}"].data or "" for name in ("subject", "body"))
        self._send_test(
            lambda: templates.compiled(code, subject.strip(), body),
            request.form.get("reader", ""),
            request.form.get("to", ""),
            form=form,
        )

    def _send_test(self, text: Any, who: str, email: str, *, form: Any = None) -> None:
        """`text` is a callable, so that its faults land where those of the form do."""

        def act(session: Session, *, now: datetime) -> Any:
            name, language = self._colleague(email)
            return template_tests.send(
                session,
                text(),
                who,
                email=email,
                name=name,
                language=language,
                template_id=numbers.asked("id") or None,
                by=doors.asker(),
                now=now,
            )

        if self.saved(act, form=form) is not None:  # type: ignore[attr-defined]
            flash(gettext("A test leaves for %(email)s.", email=email), "success")

    def _colleague(self, email: str) -> tuple[str, str]:
        known = self.colleagues().get(email)
        if known is None:
            raise Invalid(N_("Choose one of the list."))
        return known
