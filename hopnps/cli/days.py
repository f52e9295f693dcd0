"""A day on the command line, 2026-03-31 or 31/03/2026, -> a date."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask.cli import ScriptInfo

from hopnps.domain.errors import Invalid
from hopnps.domain.periods import read_day
from hopnps.i18n import say


class Day(click.ParamType):
    """A wrong day is wrong usage: exit status 2, with a sentence."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return read_day(value)
        except Invalid as refusal:
            self.fail(_said(refusal, ctx), param, ctx)


def _said(refusal: Invalid, ctx: click.Context | None) -> str:
    if ctx is None:
        return str(refusal)
    with ctx.ensure_object(ScriptInfo).load_app().app_context():
        return say(refusal)


DAY = Day()
