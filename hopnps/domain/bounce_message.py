"""The bytes of any mail -> the parts that a bounce is read from, whatever they hold and however many they are."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser

from hopnps.domain.bounce_copy import cut_off, plain_of

LARGEST = 256 * 1024  # bytes that are read; what is wrong stands at the beginning
LONGEST_TEXT = 20_000
LONGEST_HEADER = 2_000
MOST_PARTS = 20  # a report has three or four; a hundred nested ones would take minutes
_NESTING = re.compile(rb"boundary|message/", re.IGNORECASE)
_BLANKS = re.compile(rb"(?:\r?\n[ \t]*){4,}")
_RETURNED = {"message/rfc822", "message/global"}
_RETURNED_HEADERS = {"text/rfc822-headers", "text/rfc822", "message/global-headers"}
_STATUS = {"message/delivery-status", "message/global-delivery-status"}


@dataclass(frozen=True)
class Opened:
    """`text` are the words for people without the returned mail, of which `returned` holds the headers.

    `status` are the blocks of a delivery status (RFC 3464), `feedback` the fields of a complaint (RFC 5965).
    """

    top: Message
    text: str
    status: tuple[Message, ...]
    feedback: Message | None
    returned: Message

    def said(self, header: str) -> str:
        """A header of the mail itself, on one line; '' if it is missing."""
        return words_of(self.top.get(header))

    @property
    def report_type(self) -> str:
        return str(self.top.get_param("report-type") or "").lower()


def opened(raw: bytes) -> Opened:
    """Whatever comes in: of what cannot be read nothing is there."""
    shortened = _BLANKS.sub(b"\n\n\n", raw[:LARGEST]).replace(b"\0", b"")
    top, parts = _parts(shortened)
    text, returned = cut_off(_text(parts))
    status: tuple[Message, ...] = ()
    feedback = None
    for part in parts:
        kind = part.get_content_type()
        if kind in _STATUS:
            status = status or tuple(_blocks(part))
        elif kind == "message/feedback-report":
            feedback = feedback or headers_of(_inner(part))
        elif kind in _RETURNED | _RETURNED_HEADERS and returned is None:
            returned = headers_of(_inner(part))
    return Opened(top, text[:LONGEST_TEXT], status, feedback, returned or Message())


def words_of(header: object) -> str:
    """A header's value in plain words, on one line, at most LONGEST_HEADER signs."""
    value = str(header or "")[:LONGEST_HEADER]
    if "=?" in value:
        try:
            pieces = decode_header(value)
            value = "".join(
                piece if isinstance(piece, str) else piece.decode(charset or "ascii", "replace")
                for piece, charset in pieces
            )
        except (ValueError, LookupError, binascii.Error):
            pass
    return " ".join(value.split())


def headers_of(text: str) -> Message:
    """The headers at the beginning of a text."""
    return HeaderParser().parsestr(text.lstrip()[:LONGEST_TEXT], headersonly=True)


def _parts(raw: bytes) -> tuple[Message, list[Message]]:
    """The mail and its parts, not those of the mail that it returns."""
    if len(_NESTING.findall(raw)) <= 4 * MOST_PARTS:
        try:
            whole = message_from_bytes(raw)
            return whole, list(_leaves(whole))
        except Exception:  # noqa: S110  broken beyond the parser's patience: only its text is left
            pass
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    flat = HeaderParser().parsestr(head.decode("latin-1"), headersonly=True)
    del flat["Content-Type"], flat["Content-Transfer-Encoding"]
    flat.set_payload(body.decode("utf-8", "replace"))
    return flat, [flat]


def _leaves(whole: Message) -> Iterator[Message]:
    waiting, seen = [whole], 0
    while waiting and seen < 4 * MOST_PARTS:
        part, seen = waiting.pop(0), seen + 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part


def _text(parts: list[Message]) -> str:
    """The words before the returned mail; HTML only where there is nothing plainer."""
    plain, html = [], []
    for part in parts:
        kind = part.get_content_type()
        if kind in _RETURNED | _RETURNED_HEADERS:
            break
        if kind == "text/html":
            html.append(plain_of(_decoded(part)))
        elif part.get_content_maintype() in {"text", "multipart"}:
            plain.append(_decoded(part))
    return ("\n".join(plain) if "".join(plain).strip() else "\n".join(html)).replace("\r\n", "\n")


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return content.decode(charset)
    except (LookupError, ValueError):
        return content.decode("latin-1")


def _inner(part: Message) -> str:
    """The text of a part that the parser may have taken for a mail in the mail."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return _decoded(part)
    text = "\n\n".join(_flat(one) for one in inner if isinstance(one, Message))
    if words_of(part.get("Content-Transfer-Encoding")).lower() == "base64":
        try:
            return base64.b64decode(text).decode("utf-8", "replace")
        except (ValueError, binascii.Error):
            pass
    return text


def _flat(message: Message) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    body = message.get_payload()
    text = f"{headers}\n\n{body}" if isinstance(body, str) else headers
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _blocks(part: Message) -> Iterator[Message]:
    for block in re.split(r"\n\s*\n", _inner(part).replace("\r\n", "\n")):
        if block.strip():
            yield headers_of(block)
