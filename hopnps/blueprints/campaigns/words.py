"""Codes of people's fates -> the words that stand on pages and in files, in the visitor's language."""

from __future__ import annotations

from hopnps.domain.languages import ENGLISH, FRENCH
from hopnps.i18n import gettext as _
from hopnps.i18n import lazy_gettext
from hopnps.services.audience_gaps import Trait
from hopnps.services.campaign_people import (
    ANSWERS,
    CLICKS,
    PUT_OFF,
    RECIPIENTS,
    RETURNED,
    SILENT,
    WITHOUT,
    Person,
)

REASONS = {
    "no_address": lazy_gettext("Without an address"),
    "unsubscribed": lazy_gettext("Unsubscribed"),
    "bounced": lazy_gettext("Address out of order"),
    "asked_recently": lazy_gettext("Asked recently"),
    "same_address": lazy_gettext("Same address as another contact"),
    "answered": lazy_gettext("Have answered"),
    "expired": lazy_gettext("Link expired before sending"),
    "cancelled": lazy_gettext("Campaign cancelled"),
}
STATES = {
    "sent": lazy_gettext("Sent"),
    "waiting": lazy_gettext("Waiting"),
    "sending": lazy_gettext("Waiting"),
    "failed": lazy_gettext("Refused"),
    "uncertain": lazy_gettext("Uncertain"),
    "skipped": lazy_gettext("Left out since the launch"),
}
BOUNCES = {
    "hard": lazy_gettext("Came back, the address does not work"),
    "soft": lazy_gettext("Came back, not delivered this time"),
    "policy": lazy_gettext("Came back, refused by the mail server"),
    "complaint": lazy_gettext("Reported as unwanted"),
}
TRAITS = {
    Trait.LONGEST: lazy_gettext("The longest name"),
    Trait.EMPTIEST: lazy_gettext("The most empty fields"),
    Trait.ACCENTS: lazy_gettext("Accents"),
}
LANGUAGES = {FRENCH: lazy_gettext("In French"), ENGLISH: lazy_gettext("In English")}
GROUPS = {
    "sent": lazy_gettext("Mails sent"),
    "waiting": lazy_gettext("Mails waiting"),
    "failed": lazy_gettext("Mails refused"),
    "uncertain": lazy_gettext("Uncertain mails"),
    RECIPIENTS: lazy_gettext("Who will get it"),
    PUT_OFF: lazy_gettext("Put off by the mail server"),
    ANSWERS: lazy_gettext("Have answered"),
    CLICKS: lazy_gettext("Have clicked"),
    SILENT: lazy_gettext("Got it, have not answered"),
    RETURNED: lazy_gettext("Their mail came back"),
}
GAPS = {
    "first_name": lazy_gettext("Without a first name"),
    "last_name": lazy_gettext("Without a last name"),
    "company": lazy_gettext("Without a company"),
    "phone": lazy_gettext("Without a phone number"),
    "owner": lazy_gettext("Without a person who looks after them"),
    "store": lazy_gettext("Without a store"),
}

TOLD = {
    "sent": lazy_gettext("Answer"),
    ANSWERS: lazy_gettext("Answer"),
    CLICKS: lazy_gettext("Answer"),
    SILENT: lazy_gettext("Sent on"),
    "waiting": lazy_gettext("Departure"),
    PUT_OFF: lazy_gettext("Next try"),
    "failed": lazy_gettext("What happened"),
    "uncertain": lazy_gettext("What happened"),
    "skipped": lazy_gettext("Reason"),
    RETURNED: lazy_gettext("What happened"),
    "asked_recently": lazy_gettext("May be asked from"),
}


def reason(code: str) -> str:
    """Why somebody gets no mail."""
    return str(REASONS.get(code, code))


def state(code: str) -> str:
    """How far a mail is."""
    return str(STATES.get(code, code))


def bounce(code: str) -> str:
    """How a mail came back."""
    return str(BOUNCES.get(code, code))


def trait(code: Trait, language: str) -> str:
    """Why a mail in this language is worth a look."""
    return str(TRAITS.get(code) or LANGUAGES.get(language, language))


def group(name: str) -> str:
    """The title of a list of people."""
    kind, _dash, score = name.partition("-")
    if name.startswith(WITHOUT):
        return str(GAPS.get(score, score))
    if score:
        told = _("Answered %(score)s") if kind == ANSWERS else _("Clicked %(score)s")
        return told % {"score": score}
    return str(GROUPS.get(name) or REASONS.get(name) or STATES.get(name) or name)


def told(name: str) -> str:
    """What a list of people tells of each; empty where its title says it all."""
    return str(TOLD.get(_kind(name), ""))


def asks(name: str) -> bool:
    """Whether a list tells who has answered what."""
    return _kind(name) in ("sent", ANSWERS, CLICKS)


def _kind(name: str) -> str:
    return name if name.startswith(WITHOUT) else name.partition("-")[0]


def fate(person: Person) -> str:
    """What became of one person's mail, for a file; a server's own words stay as they are."""
    if person.mail is None:
        return ""
    if person.mail.state == "skipped":
        return reason(person.mail.reason)
    if person.mail.bounces:
        last = person.mail.bounces[-1]
        return ": ".join(filter(None, [bounce(last.kind), last.reason]))
    said = _(person.mail.reason) if person.mail.reason else ""
    return ": ".join(filter(None, [state(person.mail.state), said]))
