"""What is typed about a segment: its names, and the rule as it is built."""

from __future__ import annotations

from typing import Any

from wtforms import Field, StringField
from wtforms.validators import Length, ValidationError

from hopnps.domain import draft_form
from hopnps.domain.draft_tree import ROOT, Group, Path, Unfinished
from hopnps.domain.errors import Invalid
from hopnps.domain.rule_draft import built, draft_of
from hopnps.forms.base import GuardedForm
from hopnps.i18n import lazy_gettext as _
from hopnps.i18n import say


class RuleField(Field):
    """A rule <-> the builder's inputs. `data` is the rule of what is finished, `draft` everything as it was typed."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.draft = Group()
        self.faults: dict[Path, Invalid] = {}
        self.focus: Path | None = None
        try:
            if formdata and f"{draft_form.named(ROOT)}-group" in formdata:
                fields = {name: formdata.getlist(name) for name in formdata}
                self.draft = draft_form.draft_in(fields)
            elif isinstance(data, dict):
                self.draft = draft_of(data)
        except Invalid as fault:
            self.process_errors.append(say(fault))
        self._build()

    def act(self, wish: str) -> None:
        """What a button of the builder asks for."""
        try:
            self.draft, self.focus = draft_form.acted(self.draft, wish)
        except Invalid as fault:
            self.errors: Any = [say(fault)]
        self._build()

    def forgive_unfinished(self) -> None:
        """While a rule is being built, what is still empty is no fault yet."""
        self.faults = {
            path: fault for path, fault in self.faults.items() if not isinstance(fault, Unfinished)
        }

    def pre_validate(self, form: Any) -> None:
        if self.faults:
            raise ValidationError(str(_("Some conditions need another look.")))

    @property
    def unfinished(self) -> int:
        """How many conditions do not count yet."""
        return len([path for path in self._left_out if path != ROOT])

    def _build(self) -> None:
        found = built(self.draft)
        self.data, self.faults = found.rule, found.faults
        self._left_out = set(found.faults)


class SegmentForm(GuardedForm):
    name = StringField(_("Name"), [Length(max=200)])
    slug = StringField(
        _("Short name"),
        description=_("For the command line; left empty, it is made of the name."),
    )
    rule = RuleField(_("Who is found"))
