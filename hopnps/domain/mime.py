"""Words, addresses and bodies -> the bytes of a mail: 7-bit, short lines, nothing from outside ends a header."""

from __future__ import annotations

import binascii
import re
import textwrap
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime, unquote
from functools import lru_cache

from hopnps.domain.address import normalise
from hopnps.domain.errors import N_, Invalid

_LONGEST_NAME = 100
_WIDTH = 76  # of a header's line
_MARKS = len("=?utf-8?q??=")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PLAIN = re.compile(r"[A-Za-z0-9 .,'&-]*")
_AS_IT_IS = re.compile(r"[!-\-/-<>-~](?:[ -<>-~]*[!-<>-~])?")  # one line of a body, no = in it
_SENDER = re.compile(r"(?P<name>[^<>]*?) ?<(?P<address>[^<> ]+)>|(?P<alone>[^<> ]+)")


def message(*, headers: Iterable[tuple[str, str]], plain: str, html: str, boundary: str) -> bytes:
    """A multipart/alternative; each header stands once, as given (`words` and `mailbox` made it safe)."""
    before_plain, before_html, after = frame(boundary)
    parts = [head(headers, boundary), before_plain, quoted(plain), before_html, quoted(html), after]
    return b"".join(parts)


def head(headers: Iterable[tuple[str, str]], boundary: str) -> bytes:
    """A mail's head, to its empty line. Raises Invalid for a value that would end a header."""
    lines = [f"{name}: {_safe(value)}\r\n" for name, value in headers]
    lines += [
        "MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n',
    ]
    return "".join(lines).encode("ascii")


def frame(boundary: str) -> tuple[bytes, bytes, bytes]:
    """What stands before the text part, between it and the HTML part, and at the end."""
    plain, html = (
        f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        for kind in ("plain", "html")
    )
    return plain.encode(), f"\r\n{html}".encode(), f"\r\n--{boundary}--\r\n".encode()


@lru_cache(maxsize=2048)
def words(text: str, *, after: str = "") -> str:
    """A header's free words, folded, RFC 2047 where they are not plain ASCII; `after` is the header's name."""
    one_line = _one_line(text)
    taken = len(after) + 2
    if one_line.isascii() and "=?" not in one_line:
        if len(one_line) + taken <= _WIDTH:
            return one_line
        if max(map(len, one_line.split(" "))) <= _WIDTH - taken:
            return _folded(one_line, taken)
    return _encoded(one_line, taken)


def mailbox(name: str, address: str) -> str:
    """`Claire Delmas <claire@example.org>`; a name is quoted or encoded so that it stays a name."""
    shown = _one_line(name)[:_LONGEST_NAME].strip()
    if not shown:
        return address
    if _PLAIN.fullmatch(shown):
        return f'"{shown}"\r\n <{address}>' if len(shown) > 40 else f'"{shown}" <{address}>'
    return f"{_encoded(shown, len('Reply-To: '))}\r\n <{address}>"


def _folded(text: str, taken: int) -> str:
    """Plain words on as many lines as they need."""
    lines = textwrap.wrap(text, _WIDTH, initial_indent=" " * taken, break_on_hyphens=False)
    return "\r\n ".join(lines).lstrip(" ")


def _encoded(text: str, taken: int) -> str:
    """RFC 2047: UTF-8 in as many encoded words as it needs, none of which cuts a character."""
    lines, line, room = [], "", _WIDTH - taken - _MARKS
    pieces = [*map(_q, text)]
    if len(whole := "".join(pieces)) <= room:
        return f"=?utf-8?q?{whole}?="
    for piece in pieces:
        if len(line) + len(piece) > room:
            lines.append(line)
            line, room = "", _WIDTH - 1 - _MARKS
        line += piece
    return "\r\n ".join(f"=?utf-8?q?{one}?=" for one in [*lines, line])


@lru_cache(maxsize=1024)
def _q(character: str) -> str:
    if character == " ":
        return "_"
    if character.isascii() and character.isalnum():
        return character
    return "".join(f"={byte:02X}" for byte in character.encode())


def _one_line(text: str) -> str:
    """Without line breaks and other control characters: no header may hold one, and none may stop a mail."""
    kept = text if text.isprintable() else _CONTROLS.sub(" ", text)
    return " ".join(kept.split())


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


def stretch(text: str) -> bytes:
    """A piece of a quoted-printable body: it begins and ends at a line's beginning, whatever stands beside it."""
    if len(text) < 76 and _AS_IT_IS.fullmatch(text):
        return text.encode("ascii") + b"=\r\n"
    encoded = quoted(text)
    if not encoded or encoded.endswith(b"\n"):
        return encoded
    if len(encoded) - encoded.rfind(b"\n") <= 76:
        return encoded + b"=\r\n"
    cut = -3 if encoded[-3:-2] == b"=" else -1  # a whole line: its last character goes on the next
    last = b"=2E" if encoded.endswith(b".") else encoded[cut:]
    return encoded[:cut] + b"=\r\n" + last + b"=\r\n"


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
