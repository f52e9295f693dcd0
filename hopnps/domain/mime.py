"""Words, addresses and bodies -> the bytes of a mail: 7-bit, short lines, nothing from outside ends a header."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, unquote

from hopnps.domain.address import normalise
from hopnps.domain.errors import N_, Invalid

_LONGEST_NAME = 100
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PLAIN = re.compile(r"[A-Za-z0-9 .,'&-]*")
_SENDER = re.compile(r"(?P<name>[^<>]*?) ?<(?P<address>[^<> ]+)>|(?P<alone>[^<> ]+)")
_PART = (
    "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)


def message(*, headers: Iterable[tuple[str, str]], plain: str, html: str, boundary: str) -> bytes:
    """A multipart/alternative; each header stands once, as given (`words` and `mailbox` made it safe)."""
    lines = [f"{name}: {_safe(value)}\r\n" for name, value in headers]
    lines += [
        "MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n',
    ]
    head = "".join(lines).encode("ascii")
    parts = [
        _PART.format(boundary=boundary, kind=kind).encode() + quoted(body)
        for kind, body in (("plain", plain), ("html", html))
    ]
    return b"\r\n".join([head + parts[0], parts[1], f"--{boundary}--\r\n".encode()])


def words(text: str, *, after: str = "") -> str:
    """A header's free words, folded, RFC 2047 where they are not plain ASCII."""
    one_line = _one_line(text)
    charset = "us-ascii" if one_line.isascii() and "=?" not in one_line else "utf-8"
    return Header(one_line, charset, header_name=after).encode(linesep="\r\n")


def mailbox(name: str, address: str) -> str:
    """`Claire Delmas <claire@example.org>`; a name is quoted or encoded so that it stays a name."""
    shown = _one_line(name)[:_LONGEST_NAME].strip()
    if not shown:
        return address
    if _PLAIN.fullmatch(shown):
        return f'"{shown}"\r\n <{address}>' if len(shown) > 40 else f'"{shown}" <{address}>'
    return (
        f"{Header(shown, 'utf-8', maxlinelen=60).encode(linesep=chr(13) + chr(10))}\r\n <{address}>"
    )


def _one_line(text: str) -> str:
    """Without line breaks and other control characters: no header may hold one, and none may stop a mail."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def sender_of(given: str) -> tuple[str, str]:
    """`Cycles Tilleul <bonjour@example.org>` or a bare address -> name and address. Raises Invalid at `sender`."""
    found = _SENDER.fullmatch(" ".join(given.split()))
    if not found:
        raise Invalid(
            N_("%(given)s is no sender: write an address, or a name and <address>."),
            field="sender",
            given=given,
        )
    return unquote(found["name"] or ""), _deliverable(found["address"] or found["alone"])


def moment(at: datetime) -> str:
    """A Date header with its zone."""
    return format_datetime(at)


def quoted(body: str) -> bytes:
    """Quoted-printable, CRLF; no line begins with a dot, so that nobody has to double one."""
    encoded = binascii.b2a_qp(body.replace("\r\n", "\n").encode("utf-8"), istext=True)
    if encoded.startswith(b".") or b"\n." in encoded:
        encoded = b"\n".join(_undotted(line) for line in encoded.split(b"\n"))
    return encoded.replace(b"\n", b"\r\n")


def _undotted(line: bytes) -> bytes:
    """A line that begins with a dot, with =2E instead; what then is too long goes on after a soft break."""
    if not line.startswith(b"."):
        return line
    if len(line) <= 74:
        return b"=2E" + line[1:]
    cut = line.rfind(b"=", 67, 70)  # never within an =XX
    cut = 70 if cut == -1 else cut
    return b"=2E" + line[1:cut] + b"=\n" + _undotted(line[cut:])


def _safe(value: str) -> str:
    """A header may be folded by us, never ended by its value."""
    if re.search(r"\r(?!\n[ \t])|(?<!\r)\n|\0", value):
        raise Invalid(N_("A line of the mail's head holds a line break."))
    return value


def _deliverable(address: str) -> str:
    try:
        return normalise(address)
    except Invalid as fault:
        if re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+", address):
            return address  # a server of the house without a dot in its name: bonjour@localhost
        fault.field = "sender"
        raise
