"""What is typed about a contact, or about an order or ticket."""

from __future__ import annotations

from wtforms import EmailField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import Length

from hopnps.forms.base import GuardedForm
from hopnps.forms.choices import languages, number_or_none, stores
from hopnps.forms.fields import AttributesField, MomentField, TagsField
from hopnps.i18n import lazy_gettext as _

SHORT = Length(max=200)


class ContactForm(GuardedForm):
    first_name = StringField(_("First name"), [SHORT])
    last_name = StringField(_("Last name"), [SHORT])
    email = EmailField(_("E-mail"))
    phone = TelField(_("Phone"), [SHORT])
    company = StringField(_("Company"), [SHORT])
    language = SelectField(
        _("Language"), choices=languages, description=_("The language of the mails they get.")
    )
    store_id = SelectField(_("Store"), choices=stores, coerce=number_or_none)
    owner = StringField(_("Looked after by"), [SHORT])
    tags = TagsField(_("Tags"), description=_("Separated by commas."))
    attributes = AttributesField(
        _("Own attributes"),
        description=_("One “name: value” a line; segments and mails can use them."),
    )
    notes = TextAreaField(_("Notes"), [Length(max=100_000)])
    source = StringField(
        _("Source"), [SHORT], description=_("The system that the client number comes from.")
    )
    external_id = StringField(
        _("Client number"), [SHORT], description=_("Imports find the contact again by it.")
    )


class InteractionForm(GuardedForm):
    client = StringField(_("Client"), description=_("E-mail address or client number."))
    kind = StringField(_("Kind"), [SHORT], description=_("For example order, ticket or repair."))
    reference = StringField(_("Reference"), [SHORT])
    occurred_at = MomentField(_("Date and time"))
    store_id = SelectField(_("Store"), choices=stores, coerce=number_or_none)
    agent = StringField(_("Served by"), [SHORT])
    data = AttributesField(
        _("Details"), description=_("One “name: value” a line; mails can name them.")
    )
    source = StringField(_("Source"), [SHORT])

    @property
    def values(self) -> dict:
        return super().values | {"occurred_at": self.occurred_at.moment}
