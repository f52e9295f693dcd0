"""What a colleague types to log in or to choose a password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from hopnps.i18n import lazy_gettext as _

NEEDED = InputRequired(_("This field is needed."))


class LoginForm(FlaskForm):
    email = EmailField(_("E-mail address"), [NEEDED])
    password = PasswordField(_("Password"), [NEEDED])
    next = HiddenField()


class ForgottenForm(FlaskForm):
    email = EmailField(_("E-mail address"), [NEEDED, Length(max=254)])


class PasswordForm(FlaskForm):
    """The new password, once: it can be shown while it is typed, and a link replaces it at any time."""

    password = PasswordField(_("New password"), [NEEDED])


class ChangeForm(PasswordForm):
    present = PasswordField(_("Present password"), [NEEDED])
