"""What the house and a campaign say about hours and rates -> the rules its mails leave by; nothing is set by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hopnps.domain.errors import N_, Faults, Invalid
from hopnps.domain.sending_hours import SendingHours, read_days, read_hours

HOUSE, RECIPIENT = "house", "recipient"
LONGEST_SPREAD = 14 * 24  # hours
HIGHEST_RATE = 1_000_000


@dataclass(frozen=True)
class Pace:
    """`zone` says whose clock the hours mean. Rates are mails a minute, 0 for none: `per_minute` and `per_domain` of
    the house over everything that leaves, `own` of this campaign."""

    hours: SendingHours = field(default_factory=SendingHours)
    zone: str = HOUSE
    per_minute: int = 0
    per_domain: int = 0
    own: int = 0

    @property
    def rated(self) -> bool:
        return bool(self.per_minute or self.per_domain or self.own)

    @property
    def free(self) -> bool:
        """Nothing holds a mail back."""
        return self.hours.always and not self.rated


def pace_of(setting: Callable[[str], Any], own: Mapping[str, Any]) -> Pace:
    """The house's settings; what a campaign says of hours takes their place, its rate counts besides theirs."""
    begin, end = read_hours(own.get("hours") or setting("HOPNPS_SENDING_HOURS"))
    hours = SendingHours(
        days=read_days(own.get("days") or setting("HOPNPS_SENDING_DAYS")),
        begin=begin,
        end=end,
        holidays=bool(own.get("holidays", setting("HOPNPS_SENDING_HOLIDAYS"))),
    )
    return Pace(
        hours=hours,
        zone=own.get("zone") or setting("HOPNPS_SENDING_ZONE"),
        per_minute=setting("HOPNPS_RATE_PER_MINUTE"),
        per_domain=setting("HOPNPS_RATE_PER_DOMAIN"),
        own=int(own.get("rate") or 0),
    )


def read_pace(
    *,
    days: str = "",
    hours: str = "",
    holidays: bool = True,
    zone: str = "",
    rate: str = "",
    spread: str = "",
) -> dict[str, Any]:
    """What was typed for a campaign -> what is kept of it, only what was set. Raises Invalid, at the field of each fault."""
    kept: dict[str, Any] = {}
    faults = Faults()
    for name, text, read in (("days", days, read_days), ("hours", hours, read_hours)):
        with faults.noted(name):
            read(text)
            if text.strip():
                kept[name] = text.strip()
    if not holidays:
        kept["holidays"] = False
    if zone == RECIPIENT:
        kept["zone"] = zone
    for name, text, most in (("rate", rate, HIGHEST_RATE), ("spread", spread, LONGEST_SPREAD)):
        with faults.noted(name):
            if number := _number(text, most):
                kept[name] = number
    faults.tell()
    return kept


def _number(text: str, most: int) -> int:
    text = text.strip() or "0"
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) <= most):
        raise Invalid(N_("Write a whole number up to %(most)s."), most=most)
    return int(text)
