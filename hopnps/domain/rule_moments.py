"""When something happened, in words: "in the last 60 days"; and who it happened to, or did not."""

from __future__ import annotations

from hopnps.domain.errors import N_
from hopnps.domain.rule_speech import Asked, Speech


def when(asked: Asked, speech: Speech) -> str:
    """One condition on a moment, or two that say one thing."""
    match asked:
        case {"older_than_days": first, "within_days": last}:
            return speech.gettext(
                "between %(first)s and %(last)s days ago",
                first=speech.number(first),
                last=speech.number(last),
            )
        case {"since": first, "until": last}:
            return speech.gettext(
                "between %(first)s and %(last)s", first=speech.day(first), last=speech.day(last)
            )
        case {"within_days": days}:
            return speech.ngettext(
                "in the last %(count)s day",
                "in the last %(count)s days",
                days,
                count=speech.number(days),
            )
        case {"older_than_days": days}:
            return speech.ngettext(
                "%(count)s day ago or earlier",
                "%(count)s days ago or earlier",
                days,
                count=speech.number(days),
            )
        case {"since": day}:
            return speech.gettext("since %(day)s", day=speech.day(day))
    return speech.gettext("on %(day)s or earlier", day=speech.day(asked["until"]))


def moment_clause(field: str, asked: Asked, yes: bool, speech: Speech) -> str:
    """Whom it happened to then, or did not."""
    if "empty" in asked:
        return _ever(field, yes != asked["empty"], speech)
    lately = asked.keys() <= {"since"} or asked.keys() <= {"within_days"}
    said, otherwise = _LATELY[field] if lately else _LAST[field]
    return speech.gettext(said if yes else otherwise, when=when(asked, speech))


def _ever(field: str, yes: bool, speech: Speech) -> str:
    said, otherwise = _EVER[field]
    return speech.gettext(said if yes else otherwise)


# since then or within so many days it happened at all; otherwise the last time is meant
_LATELY = {
    "asked": (
        N_("who were sent a survey %(when)s"),
        N_("who were not sent a survey %(when)s"),
    ),
    "answered": (N_("who answered %(when)s"), N_("who did not answer %(when)s")),
    "created": (N_("who were added here %(when)s"), N_("who were not added here %(when)s")),
    "category_changed": (
        N_("who changed category %(when)s"),
        N_("who did not change category %(when)s"),
    ),
}
_LAST = {
    "asked": (
        N_("who were sent their last survey %(when)s"),
        N_("who were not sent their last survey %(when)s"),
    ),
    "answered": (
        N_("who answered for the last time %(when)s"),
        N_("who did not answer for the last time %(when)s"),
    ),
    "created": _LATELY["created"],
    "category_changed": (
        N_("who changed category for the last time %(when)s"),
        N_("who did not change category for the last time %(when)s"),
    ),
}
_EVER = {
    "asked": (N_("who were sent a survey before"), N_("who were never sent a survey")),
    "answered": (N_("who have answered before"), N_("who never answered")),
    "created": (N_("who were added here one day"), N_("who were never added here")),
    "category_changed": (N_("who once changed category"), N_("who never changed category")),
}
