"""The settings that an administrator may choose on the screen: how each is typed, what it means, what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from hopnps.domain import mime, pace
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.sending_hours import read_days, read_hours, write_days, write_hours
from hopnps.setting_bounds import LONGEST_DAYS, LONGEST_PAUSE, NUMBERS, all_zones
from hopnps.settings import SETTINGS


@dataclass(frozen=True)
class Choosable:
    """`read` makes a value of what was typed, or raises Invalid; `typed` is the way back."""

    key: str
    read: Callable[[str], Any]
    typed: Callable[[Any], str] = str

    @property
    def default(self) -> Any:
        return next(setting.default for setting in SETTINGS if setting.key == self.key)

    def value_of(self, text: str) -> Any:
        """Raises Invalid at this setting's field."""
        try:
            return self.read(text.strip())
        except Invalid as fault:
            fault.field = self.key
            raise


def _days(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 4):
            raise Invalid(N_("Write a number of days."))
        if not least <= int(text) <= LONGEST_DAYS:
            raise Invalid(N_("From %(least)s to %(most)s days."), least=least, most=LONGEST_DAYS)
        return int(text)

    return read


def _pauses(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 5 for part in parts):
        raise Invalid(N_("Write minutes, separated by commas: 5, 15, 30, 60."))
    minutes = [int(part) for part in parts]
    if not all(1 <= one <= LONGEST_PAUSE // 60 for one in minutes) or len(minutes) > 20:
        raise Invalid(N_("Each pause lasts from one minute to one week."))
    return [60 * one for one in minutes]


def _typed_pauses(seconds: list[int]) -> str:
    return ", ".join(str(-(-one // 60)) for one in seconds)


def _sending_days(text: str) -> str:
    return write_days(read_days(text))


def _sending_hours(text: str) -> str:
    return write_hours(*read_hours(text))


def _yes(text: str) -> bool:
    return _one_of(text, ("yes", "no")) == "yes"


def _typed_yes(value: bool) -> str:
    return "yes" if value else "no"


def _clock(text: str) -> str:
    return _one_of(text, (pace.HOUSE, pace.RECIPIENT))


def _one_of(text: str, choices: Collection[str]) -> str:
    if text not in choices:
        raise Invalid(N_("There is no such choice."))
    return text


def _rate(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise Invalid(N_("Write a number of mails a minute; 0 sets no limit."))
    return min(int(text), pace.HIGHEST_RATE)


def _points(text: str) -> int:
    least, most = NUMBERS["HOPNPS_PRECISION"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise Invalid(N_("Write a number of points."))
    if not least <= int(text) <= most:
        raise Invalid(N_("From %(least)s to %(most)s points."), least=least, most=most)
    return int(text)


def _zone(text: str) -> str:
    if text not in all_zones():
        raise Invalid(N_("There is no time zone %(name)s."), name=text[:60])
    return text


def _language(text: str) -> str:
    return _one_of(text, LANGUAGES)


def _sender(text: str) -> str:
    mime.sender_of(text)
    return text


CHOOSABLE = {
    one.key: one
    for one in (
        Choosable("MAIL_DEFAULT_SENDER", _sender),
        Choosable("HOPNPS_LANGUAGE", _language),
        Choosable("HOPNPS_TIMEZONE", _zone),
        Choosable("HOPNPS_FREQUENCY_DAYS", _days(0)),
        Choosable("HOPNPS_EXPIRY_DAYS", _days(1)),
        Choosable("HOPNPS_PRECISION", _points),
        Choosable("HOPNPS_STORE_PRECISION", _points),
        Choosable("HOPNPS_RETRY_SECONDS", _pauses, _typed_pauses),
        Choosable("HOPNPS_SENDING_DAYS", _sending_days),
        Choosable("HOPNPS_SENDING_HOURS", _sending_hours),
        Choosable("HOPNPS_SENDING_HOLIDAYS", _yes, _typed_yes),
        Choosable("HOPNPS_SENDING_ZONE", _clock),
        Choosable("HOPNPS_RATE_PER_MINUTE", _rate),
        Choosable("HOPNPS_RATE_PER_DOMAIN", _rate),
    )
}


def zones() -> list[str]:
    """The time zones there are, by the names of places."""
    return sorted(name for name in all_zones() if "/" in name and name[:4] != "Etc/")
