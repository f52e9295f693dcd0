"""A status (RFC 3463), an SMTP code and a server's words -> how bad a bounce is.

Words win over a general status such as 5.0.0, and over a particular one where they are milder: an address is given
up only if nothing speaks for a full mailbox or a refusal of us.
"""

from __future__ import annotations

import re
from enum import StrEnum

from hopnps.domain.bounce_phrases import FULL, HARD, OURS, POLICY, TEMPORARY, TOO_LARGE


class BounceClass(StrEnum):
    """`none` is no bounce: an absence note, a mail that is only late, a receipt."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    COMPLAINT = "complaint"
    NONE = "none"


_STATUS = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?!\.?\d)")
_CODE = re.compile(r"(?:^|[\s:;<\[(>\"'#])([45][0-5]\d)(?=[ \-]\S|$)")
_NAMES = re.compile(
    r"https?://\S{1,300}|[^\s<>()\"]{1,80}@[\w.-]{1,255}|\b(?:[\w-]{1,63}\.){1,8}[a-z][a-z-]{1,30}\b",
    re.IGNORECASE,
)
_BLOCK_LISTS = re.compile(
    r"spamhaus|spamcop|barracudacentral|abuseat|sorbs\.net|\bdnsbl|\brbl\b", re.IGNORECASE
)
_AFTER_DATA = re.compile(
    r"end of data|after (?:the )?data|i sent the message|reply to (?:end of )?data", re.IGNORECASE
)
_AFTER_RCPT = re.compile(r"rcpt to|does not like recipient", re.IGNORECASE)


def status_in(words: str) -> str:
    """The first enhanced status that stands in these words, '' if none; an IP address is none."""
    found = _STATUS.search(words)
    return found[0] if found else ""


def code_in(words: str) -> str:
    """The first SMTP code of a refusal, '' if none."""
    found = _CODE.search(words)
    return found[1] if found else ""


def is_general(status: str) -> bool:
    """Whether it says no more than that something is wrong."""
    return not status or status.endswith(".0") or status in {"5.5.4", "5.4.9", "5.0.999"}


def without_names(words: str) -> str:
    """Less the addresses and the names of servers: one called antispam says nothing about spam."""
    return _NAMES.sub(" ", words)


def judge(status: str, words: str) -> BounceClass:
    """The class of a mail that came back for good."""
    said = without_names(words)
    if _BLOCK_LISTS.search(words) and not status.startswith("5.1."):
        return BounceClass.POLICY
    if status.startswith("5.7.") or status in {"5.1.7", "5.1.8"} or OURS.search(said):
        return BounceClass.POLICY
    if status[2:] == "2.2" or FULL.search(said) or TOO_LARGE.search(said):
        return BounceClass.SOFT
    if status.startswith("4") or (not status and code_in(words).startswith("4")):
        return BounceClass.POLICY if _refuses_us(status, said) else BounceClass.SOFT
    return _judge_final(status, words, said)


def _refuses_us(status: str, said: str) -> bool:
    """A delay by policy (4.7.x) that never ended; grey-listing alone is none."""
    return bool(POLICY.search(said)) or (status.startswith("4.7.") and not TEMPORARY.search(said))


def _judge_final(status: str, words: str, said: str) -> BounceClass:
    gone, refused = HARD.search(said), POLICY.search(said)
    if _names_the_address(status):
        return BounceClass.POLICY if refused and not gone else BounceClass.HARD
    if refused and (not gone or refused.start() < gone.start()):
        return BounceClass.POLICY
    if gone:
        return BounceClass.HARD
    if TEMPORARY.search(said):
        return BounceClass.SOFT
    return _judge_wordless(status, words)


def _judge_wordless(status: str, words: str) -> BounceClass:
    """Nothing known stands there: the moment of the refusal tells whether it was of the address or of the mail."""
    code = code_in(words)
    if status.startswith("5.6.") or (code.startswith("5") and _AFTER_DATA.search(words)):
        return BounceClass.POLICY
    if code in {"550", "551", "553"} and _AFTER_RCPT.search(words):
        return BounceClass.HARD
    return BounceClass.SOFT


def _names_the_address(status: str) -> bool:
    """5.1.x but for 5.1.7 and 5.1.8, which are about the sender; 5.2.1, a disabled mailbox."""
    return status.startswith("5.1.") or status == "5.2.1" or status == "5.4.310"
