"""What a mail says, who writes it and to whom -> its bytes, ready for SMTP DATA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hopnps.domain import mime
from hopnps.domain.address import normalise
from hopnps.domain.smtp_dialogue import dot_stuffed


@dataclass(frozen=True)
class MailPreview:
    """A mail in one language as its reader sees it."""

    language: str
    subject: str
    html: str
    plain: str


@dataclass(frozen=True)
class ComposedMail:
    """`sender` and `recipient` are the bare addresses of the envelope; `content` is the whole message."""

    sender: str
    recipient: str
    subject: str
    html: str
    plain: str
    message_id: str
    content: bytes

    @property
    def wire(self) -> bytes:
        """As it goes over the line after DATA."""
        return dot_stuffed(self.content)


def seal(
    words: MailPreview,
    *,
    sender: str,
    recipient: str,
    name: str,
    message_id: str,
    at: datetime,
    more: Sequence[tuple[str, str]] = (),
) -> ComposedMail:
    """From `sender` ("Name <address>") to `name` at `recipient`; `more` are further headers, `at` has its zone.

    `message_id` is `<what.number.moment@domain>`. Raises Invalid for an address that cannot be used.
    """
    sender_name, sender_address = mime.sender_of(sender)
    address = normalise(recipient)
    headers = [
        ("From", mime.mailbox(sender_name, sender_address)),
        ("To", mime.mailbox(name, address)),
        ("Subject", mime.words(words.subject, after="Subject")),
        ("Date", mime.moment(at)),
        ("Message-ID", message_id),
        *more,
        ("Auto-Submitted", "auto-generated"),
    ]
    mine, _, _moment = message_id.strip("<").partition("@")[0].rpartition(".")
    boundary = f"=_{mine.replace('.', '_')}_="
    content = mime.message(headers=headers, plain=words.plain, html=words.html, boundary=boundary)
    return ComposedMail(
        sender_address, address, words.subject, words.html, words.plain, message_id, content
    )
