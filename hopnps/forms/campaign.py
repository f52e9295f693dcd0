"""What a marketer chooses for a campaign: what to ask, whom, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from hopnps.domain.errors import Invalid
from hopnps.domain.moments import read_moment
from hopnps.i18n import lazy_gettext as _
from hopnps.i18n import say
from hopnps.models import Segment, Survey, Template

NEEDED = InputRequired(_("This field is needed."))


class CampaignForm(FlaskForm):
    """The lists are filled by `offer`; an empty date means at once."""

    survey = SelectField(_("Survey"), default="")
    template = SelectField(_("Mail"), default="")
    segment = SelectField(_("Segment"), [NEEDED])
    at = StringField(_("Date"))
    name = StringField(_("Name"), [Length(max=120)])

    def offer(
        self, surveys: Sequence[Survey], templates: Sequence[Template], segments: Sequence[Segment]
    ) -> None:
        """Fill the lists with what there is."""
        self.survey.choices = [
            ("", _("No survey: a plain word")),
            *((one.slug, one.name) for one in surveys),
        ]
        self.template.choices = [
            ("", _("The survey’s own mail")),
            *((one.slug, one.name) for one in templates),
        ]
        self.segment.choices = [(one.slug, one.name) for one in segments]

    def validate_template(self, field: Any) -> None:
        if not field.data and not self.survey.data:
            raise ValidationError(_("Without a survey, choose the mail to send."))

    def due_at(self, timezone: tzinfo) -> Any:
        """The moment typed, None for at once. Raises Invalid."""
        try:
            return read_moment(self.at.data, timezone) if self.at.data else None
        except Invalid as refusal:
            refusal.field = "at"
            raise

    def refuse(self, error: Invalid) -> None:
        """Put a refusal of the service at the field it concerns."""
        field = getattr(self, error.field or "name", self.name)
        field.errors = [*field.errors, say(error)]
