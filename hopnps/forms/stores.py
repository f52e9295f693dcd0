"""What is typed about a store or a region."""

from __future__ import annotations

from wtforms import SelectField, StringField

from hopnps.forms.base import GuardedForm
from hopnps.forms.choices import number_or_none, regions
from hopnps.i18n import lazy_gettext as _


class StoreForm(GuardedForm):
    name = StringField(_("Name"))
    region_id = SelectField(
        _("Region"),
        choices=regions,
        coerce=number_or_none,
        description=_("Figures can be read by region."),
    )


class RegionForm(GuardedForm):
    name = StringField(_("Name"))
    parent_id = SelectField(
        _("Lies in"),
        choices=regions,
        coerce=number_or_none,
        description=_("Who sees a region sees the regions and stores in it."),
    )
