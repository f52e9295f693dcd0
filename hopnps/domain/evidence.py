"""The requests of one visit -> whether a person's click speaks from them, or a machine's, and why.

Scanners, previews and prefetchers open links too. A click alone is taken for a vote only where nothing at all speaks
for a machine; whoever sends the form needs none of this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hopnps.domain.browsers import ROBOT

SWEEP = timedelta(seconds=5)  # nobody opens two links of one mail faster
OTHER_LINKS = frozenset({"page", "unsubscribe", "honeypot"})


class Verdict(StrEnum):
    """IDLE adds nothing: no score was opened, or a confirmed vote stood already."""

    CONFIRMED = "confirmed"
    CLICK_ONLY = "click-only"
    MACHINE = "machine"
    IDLE = "idle"


class Reason(StrEnum):
    """What kept a click from being taken for a vote."""

    HONEYPOT = "honeypot"
    SEVERAL_SCORES = "several-scores"
    HEAD = "head"
    PREFETCH = "prefetch"
    TOO_SOON = "too-soon"
    OTHER_LINKS = "other-links"
    NO_STYLE = "no-style"
    ROBOT = "robot"
    TOO_MANY = "too-many"


@dataclass(frozen=True)
class Request:
    """One request with a link of the mail; the words are those of models/click.py."""

    at: datetime
    kind: str = "score"
    score: int | None = None
    method: str = "GET"
    prefetch: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Mail:
    """`accepted_at`: when the server took each mail of the invitation; a click sooner than `human_after` is no person's."""

    accepted_at: Sequence[datetime]
    human_after: timedelta


@dataclass(frozen=True)
class Judgement:
    """`score` is the vote that could be meant, None if none could; `opened` how many score links were opened."""

    verdict: Verdict
    score: int | None
    reasons: tuple[Reason, ...]
    opened: int


def visits(requests: Iterable[Request], gap: timedelta) -> list[list[Request]]:
    """Requests that follow each other within `gap` are one visit: an old sweep does not spoil a later one."""
    found: list[list[Request]] = []
    for request in sorted(requests, key=lambda one: one.at):
        if not found or request.at - found[-1][-1].at >= gap:
            found.append([])
        found[-1].append(request)
    return found


def judge(
    visit: Sequence[Request],
    mail: Mail,
    *,
    confirmed_at: Collection[datetime] = (),
    full: bool = False,
) -> Judgement:
    """What one visit was. `confirmed_at`: when votes of this invitation were confirmed; `full`: some of its requests
    were too many to be noted.
    """
    opened = _opened(visit)
    scores = {one.score for one in opened}
    reasons = tuple(reason for reason in Reason if _HOLDS[reason](visit, mail)) if opened else ()
    if full:
        reasons += (Reason.TOO_MANY,)
    meant = next(iter(scores)) if len(scores) == 1 and Reason.HONEYPOT not in reasons else None
    return Judgement(
        _verdict(visit, bool(opened), reasons, confirmed_at), meant, reasons, len(opened)
    )


def _verdict(
    visit: Sequence[Request],
    opened: bool,
    reasons: tuple[Reason, ...],
    confirmed_at: Collection[datetime],
) -> Verdict:
    if any(visit[0].at <= moment <= visit[-1].at for moment in confirmed_at):
        return Verdict.CONFIRMED
    if reasons:
        return Verdict.MACHINE
    if not opened:
        known = {"honeypot"} & {one.kind for one in visit} or _asked_head(visit)
        return Verdict.MACHINE if known else Verdict.IDLE
    stood = any(moment < visit[0].at for moment in confirmed_at)
    return Verdict.IDLE if stood else Verdict.CLICK_ONLY


def _opened(visit: Sequence[Request]) -> list[Request]:
    """The score links that were opened; a HEAD opens nothing."""
    return [one for one in visit if one.kind == "score" and one.method == "GET"]


def _asked_head(visit: Sequence[Request]) -> bool:
    return any(one.method == "HEAD" for one in visit)


def _too_soon(visit: Sequence[Request], mail: Mail) -> bool:
    """Before the server had the mail for so long, counted from the last one that had left by then."""
    first = _opened(visit)[0].at
    before = [moment for moment in mail.accepted_at if moment <= first]
    return not before or first - max(before) < mail.human_after


def _opened_others(visit: Sequence[Request]) -> bool:
    others = [one.at for one in visit if one.kind in OTHER_LINKS]
    return any(abs(other - one.at) < SWEEP for one in _opened(visit) for other in others)


def _without_style(visit: Sequence[Request]) -> bool:
    first = _opened(visit)[0].at
    return not any(one.kind == "style" and one.at >= first for one in visit)


_HOLDS = {
    Reason.HONEYPOT: lambda visit, _mail: any(one.kind == "honeypot" for one in visit),
    Reason.SEVERAL_SCORES: lambda visit, _mail: len({one.score for one in _opened(visit)}) > 1,
    Reason.HEAD: lambda visit, _mail: _asked_head(visit),
    Reason.PREFETCH: lambda visit, _mail: any(one.prefetch for one in visit),
    Reason.TOO_SOON: _too_soon,
    Reason.OTHER_LINKS: lambda visit, _mail: _opened_others(visit),
    Reason.NO_STYLE: lambda visit, _mail: _without_style(visit),
    Reason.ROBOT: lambda visit, _mail: any(one.browser == ROBOT for one in visit),
    Reason.TOO_MANY: lambda _visit, _mail: False,
}
