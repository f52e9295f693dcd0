"""How a campaign leaves, its hours and its rates -> the words that say so."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from hopnps import doors, formats
from hopnps.domain.languages import FRENCH
from hopnps.domain.pace import RECIPIENT, Pace, pace_of
from hopnps.domain.sending_hours import WEEK, SendingHours, write_hours
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext
from hopnps.models import Campaign
from hopnps.services.notice_words import REASONS


@dataclass(frozen=True)
class PaceSaid:
    """Sentences, each empty where nothing is set."""

    hours_said: str
    rates_said: str
    lasts: str


def said(campaign: Campaign, people: int = 0) -> PaceSaid:
    """Of the house's settings and the campaign's own; `lasts` is told where a rate makes so many mails take long."""
    pace = pace_of(doors.house().setting, campaign.pace or {})
    spread = (campaign.pace or {}).get("spread", 0)
    rates = [rate for rate in (pace.own, pace.per_minute) if rate]
    minutes = max([spread * 60, *(ceil(people / rate) for rate in rates)])
    return PaceSaid(_hours(pace), ", ".join(_rates(pace, spread)), _lasts(minutes))


def pause_reason(campaign: Campaign) -> tuple[str, str] | None:
    """Why it paused itself, in the visitor's language, and the mail server's own words; None where a person did."""
    why, _line, words = campaign.pause_reason.partition("\n")
    if not why:
        return None
    return (REASONS.get(why, why) if doors.language() == FRENCH else why), words


def _hours(pace: Pace) -> str:
    if pace.hours.always:
        return ""
    parts = [_days(pace.hours), write_hours(pace.hours.begin, pace.hours.end).replace("-", " – ")]
    if not pace.hours.holidays:
        parts.append(_("not on public holidays"))
    if pace.zone == RECIPIENT:
        parts.append(_("by the recipient’s clock"))
    return ", ".join(filter(None, parts))


def _days(hours: SendingHours) -> str:
    return "" if hours.days == WEEK else formats.weekdays(hours.days)


def _rates(pace: Pace, spread: int) -> list[str]:
    told = []
    if spread:
        told.append(ngettext("spread over %(num)s hour", "spread over %(num)s hours", spread))
    least = min((rate for rate in (pace.own, pace.per_minute) if rate), default=0)
    if least:
        told.append(_("at most %(count)s mails a minute", count=formats.count(least)))
    if pace.per_domain:
        told.append(
            _("at most %(count)s a minute to one domain", count=formats.count(pace.per_domain))
        )
    return told


def _lasts(minutes: int) -> str:
    if minutes < 5:
        return ""
    if minutes < 120:
        return ngettext("at least %(num)s minute", "at least %(num)s minutes", minutes)
    return ngettext("at least %(num)s hour", "at least %(num)s hours", ceil(minutes / 60))
