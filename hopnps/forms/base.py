"""The ground of the admin's forms: Flask-WTF's token and words on Flask-Admin's form."""

from __future__ import annotations

from typing import Any

from flask import current_app, session
from flask_admin.form import BaseForm
from flask_wtf.csrf import _FlaskFormCSRF
from flask_wtf.i18n import translations
from wtforms import StringField


class GuardedForm(BaseForm):
    """Its token is valid alone and under a host's CSRFProtect, where Flask-Admin's SecureForm is not."""

    class Meta(BaseForm.Meta):
        csrf = True
        csrf_class = _FlaskFormCSRF
        csrf_field_name = "csrf_token"

        @property
        def csrf_context(self) -> Any:
            return session

        @property
        def csrf_secret(self) -> Any:
            return current_app.config.get("WTF_CSRF_SECRET_KEY", current_app.secret_key)

        @property
        def csrf_time_limit(self) -> int | None:
            return current_app.config.get("WTF_CSRF_TIME_LIMIT", 3600)

        def get_translations(self, form: Any) -> Any:
            return translations

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, for a service; a text that was not sent is ''."""
        return {name: _typed(field) for name, field in self._fields.items() if name != "csrf_token"}


def _typed(field: Any) -> Any:
    return "" if field.data is None and isinstance(field, StringField) else field.data
