"""Mails as the local mailbox received them (one file each) -> what its page shows of them."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

SUFFIX = ".eml"
_HEADERS = BytesHeaderParser(policy=policy.default)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """One mail; `name` is its file's name without the suffix."""

    name: str
    subject: str
    sender: str
    recipient: str
    received_at: datetime


@dataclass(frozen=True)
class Letterbox:
    """A folder of mails."""

    folder: Path

    def drop(self, content: bytes) -> None:
        """Keep a mail that just arrived; it is seen whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        path = self.folder / f"{stamp}-{uuid.uuid4().hex[:8]}{SUFFIX}"
        path.with_suffix(".part").write_bytes(content)
        path.with_suffix(".part").rename(path)

    def count(self) -> int:
        return len(self._paths())

    def latest(self, limit: int, skip: int = 0) -> list[Letter]:
        """The newest first."""
        return [_letter(path) for path in self._paths()[skip : skip + limit]]

    def letter(self, name: str) -> Letter | None:
        path = self._path(name)
        return _letter(path) if path else None

    def source(self, name: str) -> bytes | None:
        """The mail as it came over the wire; None if there is no such mail."""
        path = self._path(name)
        return path.read_bytes() if path else None

    def _path(self, name: str) -> Path | None:
        """Looked up among the files there are: a name from a URL is never put into a path."""
        return next((path for path in self._paths() if path.stem == name), None)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}"), reverse=True)


def html_of(source: bytes) -> str:
    """The mail's HTML with its links led to a new tab; '' without HTML."""
    html = _part(source, "html")
    if not html:
        return ""
    base = '<base target="_blank">'
    head = _HEAD.search(html)
    return f"{html[: head.end()]}{base}{html[head.end() :]}" if head else base + html


def plain_of(source: bytes) -> str:
    """The mail's text; '' without text."""
    return _part(source, "plain")


def _part(source: bytes, kind: str) -> str:
    message = message_from_bytes(source, policy=policy.default)
    part = message.get_body((kind,)) if isinstance(message, EmailMessage) else None
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    return _decoded(raw, part.get_content_charset("utf-8")) if isinstance(raw, bytes) else ""


def _decoded(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset, "replace")
    except LookupError:  # a charset nobody knows
        return raw.decode("utf-8", "replace")


def _letter(path: Path) -> Letter:
    with path.open("rb") as file:
        headers = _HEADERS.parse(file)
    stamp = path.stem.partition("-")[0]
    return Letter(
        name=path.stem,
        subject=_said(headers, "Subject"),
        sender=_said(headers, "From"),
        recipient=_said(headers, "To"),
        received_at=datetime.strptime(stamp, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC),
    )


def _said(headers: EmailMessage, name: str) -> str:
    """A header as text; a broken one is shown as it stands."""
    try:
        return str(headers.get(name, ""))
    except (ValueError, IndexError, LookupError):
        return str(dict(headers.raw_items()).get(name, ""))
