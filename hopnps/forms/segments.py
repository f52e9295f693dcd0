"""What is typed about a segment."""

from __future__ import annotations

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from hopnps.domain import rules
from hopnps.domain.errors import Invalid
from hopnps.forms.base import GuardedForm
from hopnps.i18n import lazy_gettext as _
from hopnps.i18n import say


class RuleField(TextAreaField):
    """A rule as indented JSON <-> data that was checked; what cannot be read stays typed, with the fault in words."""

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return rules.written(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: Any = {}
        try:
            self.data = rules.parse((valuelist or [""])[0])
        except Invalid as fault:
            raise ValueError(say(fault)) from fault


class SegmentForm(GuardedForm):
    name = StringField(_("Name"), [Length(max=200)])
    slug = StringField(
        _("Short name"),
        description=_("For the command line; left empty, it is made of the name."),
    )
    rule = RuleField(
        _("Rule"),
        render_kw={"rows": 16, "spellcheck": "false", "class": "code"},
        description=_("Who is found, as in the examples below; left empty, everybody."),
    )
