"""The bytes of a mail that came in -> what it says of a mail of ours: which address failed, how badly, in what words.

Reports (RFC 3464), complaints (RFC 5965), and what servers write for people. It says whatever its sender likes:
whether it is believed is decided by who knows what was sent (services/bounces.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from hopnps.domain import bounce_noise
from hopnps.domain.bounce_class import BounceClass, is_general, judge, status_in
from hopnps.domain.bounce_message import Opened, opened, words_of
from hopnps.domain.bounce_text import LONGEST_REASON, address_in, addresses_of, reason_in

_RETURNED_TO = ("Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To", "To", "Received")
_SENT_FROM = ("Return-Path", "Original-Mail-From", "X-Postfix-Sender", "Sender", "Errors-To")
_REFERENCES = ("In-Reply-To", "References")
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,250}>")
_NO_COMPLAINT = {"not-spam", "auth-failure", "dkim", "virus", "miscategorized"}


@dataclass(frozen=True)
class Verdict:
    """`return_paths` are texts in which our signed address may stand, `message_ids` mails it may be about."""

    kind: BounceClass = BounceClass.NONE
    address: str = ""
    status: str = ""
    reason: str = ""
    return_paths: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()


def read(raw: bytes) -> Verdict:
    """What a mail says; `none` for all that is no bounce. It never raises, whatever the bytes."""
    mail = opened(raw)
    kind, address, status, reason = _read(mail)
    return Verdict(
        kind,
        _clean(address),
        status,
        _clean(reason),
        tuple(dict.fromkeys(_return_paths(mail))),
        tuple(dict.fromkeys(_message_ids(mail))),
    )


def judged(kind: str, status: str, reason: str, address: str, *traces: str) -> Verdict:
    """What a provider says itself, `kind` in its own word if it gives one; `traces` are return paths and Message-IDs."""
    status = status_in(status) or status_in(reason)
    known = kind in set(BounceClass)
    return Verdict(
        BounceClass(kind) if known else judge(status, reason),
        _clean(address).lower(),
        status,
        _clean(reason),
        return_paths=traces,
        message_ids=tuple(one for trace in traces for one in _MESSAGE_ID.findall(trace)),
    )


def _clean(words: str) -> str:
    """On one line, without signs that no database keeps."""
    told = "".join(sign for sign in " ".join(words.split()) if sign.isprintable())
    return told[:LONGEST_REASON]


_Said = tuple[BounceClass, str, str, str]


def _read(mail: Opened) -> _Said:
    if mail.feedback is not None:
        return _complaint(mail, mail.feedback)
    recipient = _failed(mail)
    if recipient is not None:
        return _report(mail, recipient)
    if mail.status or not bounce_noise.tells_a_failure(mail):
        return BounceClass.NONE, "", "", ""
    words = reason_in(mail.text)
    status = status_in(words)
    return judge(status, words), address_in(mail), status, words


def _complaint(mail: Opened, feedback: Message) -> _Said:
    kind = words_of(feedback.get("Feedback-Type")).lower()
    address = addresses_of(feedback, "Original-Rcpt-To", "Removal-Recipient")
    address = address or addresses_of(mail.returned, "To")
    if not kind or kind in _NO_COMPLAINT:
        return BounceClass.NONE, "", "", ""
    return BounceClass.COMPLAINT, (address or [""])[0], "", kind


def _failed(mail: Opened) -> Message | None:
    """The block of the first recipient who failed for good."""
    for block in mail.status:
        if words_of(block.get("Action")).lower().startswith("fail"):
            return block
    return None


def _report(mail: Opened, recipient: Message) -> _Said:
    words = _typed(recipient, "Diagnostic-Code")
    status = status_in(words_of(recipient.get("Status")))
    if is_general(status) and status_in(words):
        status = status_in(words)
    said = words or reason_in(mail.text)
    kind = judge(status, said)
    if is_general(status) and words and kind is BounceClass.SOFT:
        kind = judge(status, f"{words} {reason_in(mail.text)}")
    return kind, _address_of(mail, recipient), status, said


def _address_of(mail: Opened, recipient: Message) -> str:
    for header in ("Original-Recipient", "Final-Recipient"):
        typed = _typed(recipient, header).strip("<> ").lower()
        if "@" in typed:
            return typed
    return address_in(mail)


def _typed(block: Message, header: str) -> str:
    """`rfc822; zoe@example.org` -> the part behind the type."""
    kind, semicolon, value = words_of(block.get(header)).partition(";")
    return value.strip() if semicolon else kind


def _return_paths(mail: Opened) -> Iterator[str]:
    blocks = [*mail.status[:2], *([mail.feedback] if mail.feedback else []), mail.returned]
    for message, headers in ((mail.top, _RETURNED_TO), *((one, _SENT_FROM) for one in blocks)):
        for header in headers:
            yield from (words_of(value) for value in message.get_all(header, [])[:10])


def _message_ids(mail: Opened) -> Iterator[str]:
    yield from _MESSAGE_ID.findall(words_of(mail.returned.get("Message-ID")))
    for header in _REFERENCES:
        yield from _MESSAGE_ID.findall(mail.said(header))[:5]
