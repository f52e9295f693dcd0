"""What is typed about a colleague."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, EmailField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from hopnps.forms.base import GuardedForm
from hopnps.forms.choices import own_language, places, roles
from hopnps.i18n import lazy_gettext as _
from hopnps.models import UserPlace
from hopnps.services.places import key_of


class PlacesField(SelectMultipleField):
    """The places of a row <-> their keys, `region:3` or `store:7`; the template shows them as a tree."""

    def process_data(self, value: Iterable[UserPlace] | None) -> None:
        self.data = [key_of(place) for place in value or ()]


class UserForm(GuardedForm):
    name = StringField(_("First and last name"), [Length(max=200)])
    email = EmailField(_("E-mail"))
    role = SelectField(_("Role"), [InputRequired()], choices=roles)
    language = SelectField(_("Language"), choices=own_language)
    places = PlacesField(
        _("Whose clients they see"),
        choices=places,
        description=_("Without any, they see the clients of the whole house."),
    )
    invite = BooleanField(
        _("Send the invitation by mail"),
        default=True,
        description=_("With a link to choose a password; it works once, for three days."),
    )

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        """Who is here already is not invited by being saved."""
        super().__init__(*args, obj=obj, **kwargs)
        if obj is not None:
            del self.invite
