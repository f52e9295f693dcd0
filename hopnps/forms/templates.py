"""What is typed about a mail template: a name, and subject and MJML in each language."""

from __future__ import annotations

from wtforms import StringField, TextAreaField

from hopnps.forms.base import GuardedForm
from hopnps.i18n import lazy_gettext as _

_CODE = {"rows": 24, "spellcheck": "false", "class": "code", "wrap": "off"}


class TemplateForm(GuardedForm):
    name = StringField(_("Name"), default="")
    subject_fr = StringField(_("Subject in French"), default="", render_kw={"lang": "fr"})
    body_fr = TextAreaField(_("MJML in French"), default="", render_kw=_CODE | {"lang": "fr"})
    subject_en = StringField(_("Subject in English"), default="", render_kw={"lang": "en"})
    body_en = TextAreaField(_("MJML in English"), default="", render_kw=_CODE | {"lang": "en"})
