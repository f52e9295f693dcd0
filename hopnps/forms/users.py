"""What is typed about a colleague."""

from __future__ import annotations

from wtforms import EmailField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from hopnps.forms.base import GuardedForm
from hopnps.forms.choices import languages, roles
from hopnps.i18n import lazy_gettext as _


class UserForm(GuardedForm):
    name = StringField(_("First and last name"), [Length(max=200)])
    email = EmailField(_("E-mail"))
    role = SelectField(_("Role"), [InputRequired()], choices=roles)
    language = SelectField(_("Language"), choices=languages)
