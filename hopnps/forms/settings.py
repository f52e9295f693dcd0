"""What an administrator types on the page of settings; the service checks it."""

from __future__ import annotations

from collections.abc import Container

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from hopnps.choosable import CHOOSABLE
from hopnps.domain.errors import Invalid
from hopnps.i18n import lazy_gettext as _
from hopnps.i18n import say


class SettingsForm(FlaskForm):
    """A field a key; '' means the default. What is fixed elsewhere has no field."""

    MAIL_DEFAULT_SENDER = StringField(
        _("Sender"),
        description=_(
            "Writes the mails whose survey and brand name no sender: Name <address>. Replies come to it."
        ),
    )
    HOPNPS_LANGUAGE = SelectField(
        _("Language"),
        choices=[("fr", "Français"), ("en", "English")],
        description=_("Of screens, where neither the colleague nor their browser asks for one."),
    )
    HOPNPS_TIMEZONE = StringField(
        _("Time zone"),
        description=_("Decides what a day is, in figures, filters and waiting times."),
        render_kw={"list": "zones", "autocomplete": "off", "spellcheck": "false"},
    )
    HOPNPS_FREQUENCY_DAYS = StringField(
        _("Days between two surveys to one address"),
        description=_("Counted over campaigns and single surveys together. 0 sets no limit."),
        render_kw={"inputmode": "numeric"},
    )
    HOPNPS_EXPIRY_DAYS = StringField(
        _("Days during which a link accepts an answer"),
        description=_("For mails that leave from now on; what has left keeps its day."),
        render_kw={"inputmode": "numeric"},
    )
    HOPNPS_PRECISION = StringField(
        _("Points to either side, for an NPS"),
        description=_(
            "Where an NPS is less sure, the dashboard says how many answers are missing. 10: for an NPS of 40, from 30 to 50."
        ),
        render_kw={"inputmode": "numeric"},
    )
    HOPNPS_STORE_PRECISION = StringField(
        _("Points to either side, in tables"),
        description=_(
            "The same for each store, region, colleague or product, where answers are fewer."
        ),
        render_kw={"inputmode": "numeric"},
    )
    HOPNPS_RETRY_SECONDS = StringField(
        _("Pauses before a mail is tried again"),
        description=_(
            "In minutes, separated by commas, for a mail server that says “later”; the last one repeats."
        ),
        render_kw={"autocomplete": "off"},  # a keyboard of digits alone has no comma
    )

    HOPNPS_SENDING_DAYS = StringField(
        _("Days"),
        description=_("Monday is 1: 1-5 or 1,3,5. Empty: every day."),
        render_kw={"autocomplete": "off"},
    )
    HOPNPS_SENDING_HOURS = StringField(
        _("Hours"),
        description=_("Such as 9:00-18:30. Empty: all day."),
        render_kw={"autocomplete": "off"},
    )
    HOPNPS_SENDING_HOLIDAYS = SelectField(
        _("Public holidays of France"),
        choices=[("yes", _("send as on other days")), ("no", _("send nothing"))],
        validate_choice=False,
    )
    HOPNPS_SENDING_ZONE = SelectField(
        _("Whose clock"),
        choices=[("house", _("the house’s")), ("recipient", _("the recipient’s"))],
        validate_choice=False,
        description=_("The recipient’s is the contact’s field “timezone”; without it the house’s."),
    )
    HOPNPS_RATE_PER_MINUTE = StringField(
        _("Mails a minute, in all"),
        description=_("Over everything that leaves, campaigns and single mails. 0 sets no limit."),
        render_kw={"inputmode": "numeric"},
    )
    HOPNPS_RATE_PER_DOMAIN = StringField(
        _("Mails a minute to one receiving domain"),
        description=_("Such as gmail.com or orange.fr, each by itself. 0 sets no limit."),
        render_kw={"inputmode": "numeric"},
    )

    def leave_out(self, fixed: Container[str]) -> None:
        """Drop the fields of what is fixed elsewhere."""
        for key in CHOOSABLE:
            if key in fixed:
                delattr(self, key)

    @property
    def typed(self) -> dict[str, str]:
        """Each key that can be chosen, with its text."""
        return {key: self[key].data or "" for key in CHOOSABLE if key in self}

    def refuse(self, faults: list[Invalid]) -> None:
        """Put each fault at its field."""
        for fault in faults:
            self[fault.field].errors = [*self[fault.field].errors, say(fault)]
