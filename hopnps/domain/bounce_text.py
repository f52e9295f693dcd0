"""What a mail server writes for people -> the address that failed and the words that say why."""

from __future__ import annotations

import re
from email.message import Message
from email.utils import getaddresses
from itertools import takewhile

from flufl.bounce import all_failures

from hopnps.domain.bounce_class import code_in, status_in, without_names
from hopnps.domain.bounce_message import Opened, words_of
from hopnps.domain.bounce_phrases import FULL, HARD, POLICY, TEMPORARY, TOO_LARGE

LONGEST_LINE = 1_000
LONGEST_REASON = 500
_ADDRESS = re.compile(
    r"[^\s<>\"'(),:;\[\]@«»]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", re.I
)
_ALONE = re.compile(
    r"^[\s<*•>'\"(-]*(?:(?:to|à|rcpt to|destinataire|recipient|failed recipient)\s*:\s*)?$", re.I
)
_SERVERS = re.compile(r"^(?:postmaster|mailer-daemon|abuse|support|help|no-?reply)\b", re.I)
_KNOWN = (FULL, HARD, POLICY, TOO_LARGE, TEMPORARY)


def address_in(mail: Opened) -> str:
    """The address that failed, '' if none can be told."""
    failed = addresses_of(mail.top, "X-Failed-Recipients")
    if failed:
        return failed[0]
    sent_to = addresses_of(mail.returned, "To")
    ours = {*addresses_of(mail.top, "To", "Delivered-To"), *addresses_of(mail.returned, "From")}
    named = [one for one in _named(mail.text) if one not in ours]
    for address in sent_to:
        if address in named:
            return address
    return (_standing_out(mail.text, named) or _flufl(mail) or [*named, *sent_to, ""])[:1][0]


def reason_in(text: str) -> str:
    """The paragraph in which a code, a status or known words stand, on one line; else the first after an address."""
    lines = [" ".join(line[:LONGEST_LINE].split()) for line in text.splitlines()]
    for tells in (_refuses, _known):
        for number, line in enumerate(lines):
            if line and tells(line):
                return _paragraph(lines, number)
    after = [n for n, line in enumerate(lines) if _ADDRESS.search(line)]
    worded = [n for n, line in enumerate(lines) if after and n >= after[0] and _says(line)]
    return _paragraph(lines, worded[0]) if worded else ""


def is_refusal(text: str) -> bool:
    """Whether a line bears a code or a status together with words that servers use for an address."""
    told = reason_in(text)
    return _refuses(told) and any(phrases.search(without_names(told)) for phrases in (FULL, HARD))


def addresses_of(message: Message, *headers: str) -> list[str]:
    """The addresses in these headers, in lower case."""
    values = [words_of(value) for name in headers for value in message.get_all(name, [])[:5]]
    found = (address.lower() for _name, address in getaddresses(values))
    return [address for address in found if _ADDRESS.fullmatch(address)]


def _named(text: str) -> list[str]:
    found = (match[0].lower().rstrip(".") for match in _ADDRESS.finditer(text))
    return list(dict.fromkeys(one for one in found if not _SERVERS.search(one)))


def _standing_out(text: str, named: list[str]) -> list[str]:
    """The addresses with which a line begins."""
    first = []
    for line in text.splitlines():
        found = _ADDRESS.search(line[:LONGEST_LINE])
        if found and _ALONE.match(line[: found.start()]):
            first.append(found[0].lower().rstrip("."))
    return [one for one in first if one in named]


def _flufl(mail: Opened) -> list[str]:
    """What flufl.bounce finds in the words alone, without the parts that somebody may have nested."""
    words = Message()
    for name in ("From", "Subject"):
        words[name] = mail.said(name)
    text = "\n".join(line[:LONGEST_LINE] for line in mail.text.splitlines())
    words.set_payload(text.encode("ascii", "replace").decode())
    try:
        temporary, permanent = all_failures(words)
    except Exception:  # its detectors trust what they read
        return []
    found = (address.decode("ascii", "replace").lower() for address in (*permanent, *temporary))
    return sorted(one for one in found if _ADDRESS.fullmatch(one))


def _refuses(line: str) -> bool:
    return bool(status_in(line) or code_in(line))


def _says(line: str) -> bool:
    """More than an address."""
    return len(_ADDRESS.sub("", line)) > 10


def _known(line: str) -> bool:
    said = without_names(line)
    return any(phrases.search(said) for phrases in _KNOWN)


def _paragraph(lines: list[str], number: int) -> str:
    said = takewhile(bool, lines[number : number + 8])
    return " ".join(said)[:LONGEST_REASON]
