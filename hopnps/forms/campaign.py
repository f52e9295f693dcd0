"""What a marketer decides about a campaign, one form for each of its four steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from hopnps.domain.errors import N_, HopNPSError, Invalid
from hopnps.domain.moments import read_moment
from hopnps.domain.pace import RECIPIENT, read_pace
from hopnps.i18n import lazy_gettext as _
from hopnps.i18n import say
from hopnps.models import Campaign, Segment, Survey, Template
from hopnps.services.reminders import read_days

WORD = ""  # the value of "no survey: a plain word"
NOW, LATER = "now", "later"


class StepForm(FlaskForm):
    """`field` is where a refusal of the service is shown."""

    field = ""

    def refuse(self, error: HopNPSError) -> None:
        """Put a refusal of the service at the field it concerns, several each at its own."""
        for one in error.faults if isinstance(error, Invalid) else (error,):
            field = getattr(self, getattr(one, "field", "") or self.field)
            field.errors = [*field.errors, say(one)]


class WhatForm(StepForm):
    """A survey, or nothing: a plain word."""

    field = "survey"
    survey = RadioField(_("What to ask"), validate_choice=True)
    name = StringField(_("Name of the campaign"), [Length(max=120)])

    def offer(self, surveys: Iterable[Survey]) -> None:
        self.survey.choices = [
            *((one.slug, one.name) for one in surveys),
            (WORD, _("Nothing: a plain word")),
        ]


class WhomForm(StepForm):
    field = "segment"
    segment = SelectField(_("Segment"), [InputRequired(_("Choose to whom it goes."))])

    def offer(self, segments: Iterable[Segment]) -> None:
        self.segment.choices = [
            ("", _("Choose a segment")),
            *((one.slug, one.name) for one in segments),
        ]


class MailForm(StepForm):
    field = "template"
    template = SelectField(_("Mail"), [InputRequired(_("Choose the mail to send."))])

    def offer(self, templates: Iterable[Template]) -> None:
        self.template.choices = [
            ("", _("Choose a mail")),
            *((one.slug, one.name) for one in templates),
        ]


class WhenForm(StepForm):
    """At once, or at a date and time as clocks show it at the house's place."""

    field = "at"
    when = RadioField(
        _("When it leaves"),
        choices=[(NOW, _("As soon as I launch it")), (LATER, _("On a date"))],
        default=NOW,
    )
    at = StringField(_("Date and time"))
    spread = StringField(
        _("Spread over hours"),
        description=_("Mails follow each other evenly over this time. Empty: as fast as they can."),
        render_kw={"inputmode": "numeric"},
    )
    rate = StringField(
        _("Mails a minute, at most"),
        description=_("Of this campaign; the house’s limit counts besides. Empty: no limit."),
        render_kw={"inputmode": "numeric"},
    )
    days = StringField(
        _("Days"), description=_("Monday is 1: 1-5 or 1,3,5. Empty: as in the settings.")
    )
    hours = StringField(_("Hours"), description=_("Such as 9:00-18:30. Empty: as in the settings."))
    holidays = BooleanField(_("Nothing on the public holidays of France"))
    zone = BooleanField(_("By the recipient’s clock, where we know it"))
    reminder = StringField(
        _("First reminder, days after the mail"),
        description=_("To those who have not answered. Empty: nobody is reminded."),
        render_kw={"inputmode": "numeric"},
    )
    second = StringField(
        _("Second reminder, days after the first"), render_kw={"inputmode": "numeric"}
    )

    @classmethod
    def of(cls, campaign: Campaign, timezone: tzinfo) -> WhenForm:
        """What was chosen before."""
        planned, pace = campaign.planned_for, campaign.pace or {}
        days = [str(one) for one in campaign.reminder_days]
        return cls(
            data={
                "when": LATER if planned else NOW,
                "at": f"{planned.astimezone(timezone):%Y-%m-%dT%H:%M}" if planned else "",
                **{name: pace.get(name, "") for name in ("spread", "rate", "days", "hours")},
                "holidays": pace.get("holidays") is False,
                "zone": pace.get("zone") == RECIPIENT,
                "reminder": days[0] if days else "",
                "second": days[1] if len(days) > 1 else "",
            }
        )

    def pace(self) -> dict[str, Any]:
        """Hours, rate and spreading. Raises Invalid."""
        return read_pace(
            days=self.days.data or "",
            hours=self.hours.data or "",
            holidays=not self.holidays.data,
            zone=RECIPIENT if self.zone.data else "",
            rate=self.rate.data or "",
            spread=self.spread.data or "",
        )

    def reminder_days(self) -> list[int]:
        """Raises Invalid."""
        return read_days([self.reminder.data or "", self.second.data or ""])

    @property
    def unusual(self) -> bool:
        """Whether something of what is folded away is set, or wrong."""
        folded = (self.spread, self.rate, self.days, self.hours, self.holidays, self.zone)
        return any(one.data or one.errors for one in folded)

    def due_at(self, timezone: tzinfo) -> datetime | None:
        """The moment typed, None for at once. Raises Invalid."""
        if self.when.data != LATER:
            return None
        if not (self.at.data or "").strip():
            raise Invalid(N_("Choose a date and a time."))
        return read_moment(self.at.data or "", timezone)
