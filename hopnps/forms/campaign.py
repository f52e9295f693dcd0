"""What a marketer decides about a campaign, one form for each of its four steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from hopnps.domain.errors import HopNPSError, Invalid
from hopnps.domain.moments import read_moment
from hopnps.i18n import lazy_gettext as _
from hopnps.i18n import say
from hopnps.models import Segment, Survey, Template

WORD = ""  # the value of "no survey: a plain word"
NOW, LATER = "now", "later"


class StepForm(FlaskForm):
    """`field` is where a refusal of the service is shown."""

    field = ""

    def refuse(self, error: HopNPSError) -> None:
        """Put a refusal of the service at the field it concerns."""
        named = error.field if isinstance(error, Invalid) else ""
        field = getattr(self, named or self.field)
        field.errors = [*field.errors, say(error)]


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

    def validate_at(self, field: Any) -> None:
        if self.when.data == LATER and not (field.data or "").strip():
            raise ValidationError(_("Choose a date and a time."))

    def due_at(self, timezone: tzinfo) -> datetime | None:
        """The moment typed, None for at once. Raises Invalid."""
        if self.when.data != LATER:
            return None
        try:
            return read_moment(self.at.data or "", timezone)
        except Invalid as refusal:
            refusal.field = "at"
            raise
