"""What is typed about a brand."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, StringField

from hopnps.forms.base import GuardedForm
from hopnps.forms.pictures import picture_fields
from hopnps.i18n import lazy_gettext as _


class _BrandForm(GuardedForm):
    name = StringField(_("Name"), default="")
    sender = StringField(
        _("Sender"),
        default="",
        description=_("Name <address>; empty for the sender of the settings."),
    )
    address_line = StringField(
        _("Address line"), default="", description=_("Stands at the foot of mails.")
    )
    text_colour = StringField(_("Text colour"), default="#ffffff")
    background_colour = StringField(_("Background colour"), default="#17624a")
    dark_pages = BooleanField(
        _("The client’s pages turn dark on a device that is set to dark"), default=True
    )
    shown = RadioField(
        _("What is shown"),
        choices=[("mail", _("The mail")), ("page", _("The page after the score"))],
        default="mail",
        validate_choice=False,
    )


BrandForm = type(
    "BrandForm", (_BrandForm,), picture_fields("logo", _("Logo"), _("Remove the logo"))
)
