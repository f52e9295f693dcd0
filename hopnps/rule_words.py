"""A rule -> its sentence in the visitor's language."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale

from hopnps import formats
from hopnps.domain import rules
from hopnps.domain.rule_sentence import sentence
from hopnps.domain.rule_speech import Speech
from hopnps.i18n import gettext, ngettext


def say_rule(rule: dict[str, Any]) -> str:
    """Who a rule finds, in one sentence. Raises Invalid for what is no rule."""
    return sentence(rules.read(rule), Speech(gettext, ngettext, _number, formats.short_day))


def _number(value: float) -> str:
    return format_decimal(value, locale=get_locale() or "en")
