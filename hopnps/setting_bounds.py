"""The value of a setting -> what is wrong with it, as a plain sentence, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from hopnps.domain import pace
from hopnps.domain.errors import Invalid
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.sending_hours import read_days, read_hours

LONGEST_DAYS = 3650
LONGEST_PAUSE = 7 * 24 * 60 * 60  # seconds
DAY = 24 * 60 * 60
PORTS = (1, 65_535)
NUMBERS = {
    "HOPNPS_FREQUENCY_DAYS": (0, LONGEST_DAYS),
    "HOPNPS_EXPIRY_DAYS": (1, LONGEST_DAYS),
    "HOPNPS_PRECISION": (1, 100),
    "HOPNPS_STORE_PRECISION": (1, 100),
    "HOPNPS_CONTACT_SECONDS": (1, DAY),
    "HOPNPS_RATE_PER_MINUTE": (0, pace.HIGHEST_RATE),
    "HOPNPS_RATE_PER_DOMAIN": (0, pace.HIGHEST_RATE),
    "HOPNPS_LEASE_SECONDS": (1, DAY),
    "HOPNPS_BOUNCE_IMAP_PORT": PORTS,
    "HOPNPS_BOUNCE_IMAP_SECONDS": (1, DAY),
    "HOPNPS_JUDGE_AFTER_SECONDS": (1, DAY),
    "HOPNPS_HUMAN_AFTER_SECONDS": (0, DAY),
    "HOPNPS_TRUSTED_PROXIES": (0, 20),
    "MAIL_PORT": PORTS,
    "MAIL_TIMEOUT": (1, 3600),
}
CHOICES = {
    "HOPNPS_LANGUAGE": LANGUAGES,
    "HOPNPS_SENDING_ZONE": (pace.HOUSE, pace.RECIPIENT),
    "HOPNPS_BOUNCE_IMAP_SECURITY": ("ssl", "starttls", "none"),
}
SPELT = {"HOPNPS_SENDING_DAYS": read_days, "HOPNPS_SENDING_HOURS": read_hours}
WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s?#]*")


def fault(key: str, value: Any) -> str:
    """What the value should be instead; "" for one that will do, and for a setting that is bound by nothing."""
    if key in NUMBERS:
        return _number_fault(value, *NUMBERS[key])
    if key in CHOICES and value not in CHOICES[key]:
        return f"should be {' or '.join(CHOICES[key])}"
    if key == "HOPNPS_TIMEZONE" and value not in all_zones():
        return "is no time zone; write one such as Europe/Paris"
    if key == "HOPNPS_PUBLIC_URL" and not WEB_ADDRESS.fullmatch(str(value)):
        return "should be an address such as https://crm.example.org"
    if key in SPELT:
        return _spelling_fault(value, SPELT[key])
    if key == "HOPNPS_RETRY_SECONDS":
        return _pauses_fault(value)
    return ""


def _spelling_fault(value: Any, read: Callable[[str], Any]) -> str:
    try:
        read(str(value))
    except Invalid as fault:
        return f"cannot be read. {fault}"
    return ""


def _pauses_fault(value: Any) -> str:
    """An empty list would try again never, a pause of nothing for ever."""
    if not isinstance(value, list | tuple) or not value:
        return "should be seconds, separated by commas: 300, 900"
    return next(filter(None, (_number_fault(one, 1, LONGEST_PAUSE) for one in value)), "")


def _number_fault(value: Any, least: int, most: int) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return "" if whole and least <= value <= most else f"should be from {least} to {most}"


@cache
def all_zones() -> set[str]:
    """The time zones there are, by name. Python reads a thousand files to tell them."""
    return available_timezones()
