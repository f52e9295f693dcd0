"""What is typed about a brand."""

from __future__ import annotations

from wtforms import ColorField, StringField

from hopnps.forms.base import GuardedForm
from hopnps.forms.pictures import picture_field, removal_field
from hopnps.i18n import lazy_gettext as _


class BrandForm(GuardedForm):
    name = StringField(_("Name"), default="")
    sender = StringField(
        _("Sender"),
        default="",
        description=_("Name <address>; empty for the sender of the settings."),
    )
    address_line = StringField(
        _("Address line"), default="", description=_("Stands at the foot of mails.")
    )
    text_colour = ColorField(_("Text colour"), default="#ffffff")
    background_colour = ColorField(_("Background colour"), default="#17624a")
    logo_file = picture_field(_("Logo"))
    remove_logo = removal_field(_("Remove the logo"))
