"""What a marketer says of a file: what it holds, where it comes from, which survey it answers."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from hopnps.domain.errors import N_, Invalid
from hopnps.i18n import lazy_gettext as _
from hopnps.i18n import say
from hopnps.models import Scale, Survey

FIELDS = {  # as they are called on screens
    "source": N_("Source"),
    "external_id": N_("External id"),
    "email": N_("E-mail"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "company": N_("Company"),
    "phone": N_("Phone"),
    "language": N_("Language"),
    "store": N_("Store"),
    "owner": N_("Owner"),
    "tags": N_("Tags"),
    "notes": N_("Notes"),
    "reference": N_("Reference"),
    "hopnps_reference": N_("hopnps reference"),
    "name": N_("Name"),
    "region": N_("Region"),
    "kind": N_("Kind"),
    "date": N_("Date"),
    "agent": N_("Agent"),
    "contact_source": N_("Source of the contact"),
    "score": N_("Score"),
    "comment": N_("Comment"),
    "answer_id": N_("Number of the answer"),
    "campaign": N_("Campaign"),
}


class ImportForm(FlaskForm):
    """`instead_of` is the number of the file that this one corrects."""

    file = FileField(_("File"), [FileRequired(_("Choose a file first."))])
    survey = SelectField(_("Survey that was answered"), [InputRequired(_("This field is needed."))])
    scale = SelectField(
        _("Scale of the scores"),
        choices=[
            (Scale.OFFICIAL.value, _("0 to 10: they enter the NPS")),
            (Scale.LEGACY.value, _("1 to 10, an old scale: kept apart, in no NPS")),
        ],
    )
    kind_of_lines = StringField(
        _("Kind of these lines"),
        [Length(max=100)],
        description=_("For lines that do not say their own: order, ticket, repair..."),
    )
    source = StringField(
        _("Where the file comes from"),
        [Length(max=200)],
        description=_(
            "The name of the software whose client numbers it holds, such as crm. Leave it empty if there is only one."
        ),
    )
    instead_of = HiddenField()

    def suit(self, kind: str, surveys: Sequence[Survey]) -> None:
        """Keep the questions that this kind of file calls for."""
        self.survey.choices = [(one.slug, one.name) for one in surveys]
        if kind != "responses":
            del self.survey, self.scale
        if kind != "interactions":
            del self.kind_of_lines
        if kind == "stores":
            del self.source

    @property
    def extra(self) -> dict[str, str]:
        """What only this kind of import asks."""
        asked = {"survey": self.survey, "scale": self.scale, "kind": self.kind_of_lines}
        return {name: field.data or "" for name, field in asked.items() if field is not None}

    def refuse(self, error: Invalid) -> None:
        """A file that cannot be read is a fault of its field."""
        self.file.errors = [*self.file.errors, say(error)]
