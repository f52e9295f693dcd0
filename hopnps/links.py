"""An invitation's id -> the public addresses that stand in its mail, and back; works without a request."""

from __future__ import annotations

import hashlib
import hmac
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from hopnps.domain.base36 import base36

_BLOCK = 64  # bytes that SHA-256 takes at once
_MAC_BYTES = 16  # 128 bits: nobody guesses one
_MAC_LETTERS = 22  # of them, without the = at the end
_FOR_LINKS = bytes.maketrans(b"+/", b"-_")  # RFC 4648, section 5
FORM_LIFE = 7 * 24 * 3600  # seconds: a page may stay open over a week-end


class Purpose(StrEnum):
    """One salt each: a token made for one purpose opens nothing else."""

    ANSWER = "answer"
    UNSUBSCRIBE = "unsubscribe"
    PASSWORD = "password"  # noqa: S105
    PREVIEW = "preview"  # of a notice: the pages behind a mail that a colleague tries out
    HONEYPOT = "honeypot"  # a link that no person sees: who opens it opens everything
    NONCE = "nonce"  # of a form: the moment at which its page was made, in seconds


@dataclass(frozen=True)
class Links:
    """`keys`: the first signs, all verify. `public_url` is where clients reach us, without a final slash."""

    public_url: str
    keys: tuple[str, ...]

    def score(self, invitation_id: int, score: int) -> str:
        return f"{self.answer(invitation_id)}/{score}"

    def answer(self, invitation_id: int) -> str:
        return f"{self.public_url}/s/{self.token(Purpose.ANSWER, invitation_id)}"

    def unsubscribe(self, invitation_id: int) -> str:
        return f"{self.public_url}/u/{self.token(Purpose.UNSUBSCRIBE, invitation_id)}"

    def honeypot(self, invitation_id: int) -> str:
        """Stands in the HTML part of the mail, hidden from people and screen readers: only a machine opens it."""
        return f"{self.public_url}/h/{self.token(Purpose.HONEYPOT, invitation_id)}"

    def preview(self, notice_id: int, score: int) -> str:
        """The page behind a score of a test mail: the same to look at, it stores nothing."""
        return f"{self.public_url}/s/{self.token(Purpose.PREVIEW, notice_id)}/{score}"

    def preview_unsubscribe(self, notice_id: int) -> str:
        """The way out of a test mail, which unsubscribes nobody."""
        return f"{self.public_url}/u/{self.token(Purpose.PREVIEW, notice_id)}"

    def image(self, sha256: str) -> str:
        return f"{self.public_url}/i/{sha256}"

    def nonce(self, token: str, *, now: datetime) -> str:
        """Stands in the form behind a link: who sends it back has seen the page of this very link."""
        return self.token(Purpose.NONCE, int(now.timestamp()), token)

    def is_fresh(self, nonce: str, token: str, *, now: datetime) -> bool:
        """Whether we made this nonce for this link, and not too long ago."""
        made_at = self.verify(Purpose.NONCE, nonce, token)
        return made_at is not None and 0 <= now.timestamp() - made_at < FORM_LIFE + 1

    @cached_property
    def domain(self) -> str:
        """The host name of the public address, for Message-IDs."""
        return urlsplit(self.public_url).hostname or "localhost"

    def token(self, purpose: Purpose, row_id: int, state: str = "") -> str:
        """`<id in base 36>-<mac>`; `state` ties the token to something that ends it when it changes."""
        return _minter(self.keys[0], purpose)(row_id, state)

    def minter(self, purpose: Purpose) -> Callable[[int], str]:
        """Makes the tokens of one purpose, for whoever makes many."""
        return _minter(self.keys[0], purpose)

    def verify(self, purpose: Purpose, token: str, state: str = "") -> int | None:
        """The id that this token was made for, or None if we did not make it for this purpose and state."""
        number = token.partition("-")[0]
        if not (token.isascii() and number.isalnum() and len(number) <= 13):
            return None
        row_id = int(number, 36)
        for key in self.keys:
            if hmac.compare_digest(token, _minter(key, purpose)(row_id, state)):
                return row_id
        return None


@lru_cache(maxsize=64)
def _minter(key: str, purpose: Purpose) -> Callable[..., str]:
    """Begun once: a mail bears three tokens, of whose MACs all but the number and the state is the same.

    HMAC (RFC 2104) from its two hashes: a copy of Python's own object takes longer than to finish both.
    """
    secret = key.encode()
    secret = secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()
    inner, outer = (
        hashlib.sha256(bytes(one ^ pad for one in secret.ljust(_BLOCK, b"\0")))
        for pad in (0x36, 0x5C)
    )
    inner.update(f"hopnps/{purpose}/".encode())

    def token(row_id: int, state: str = "") -> str:
        said, mac = inner.copy(), outer.copy()
        said.update(f"{row_id}/{state}".encode())
        mac.update(said.digest())
        signed = b2a_base64(mac.digest()[:_MAC_BYTES], newline=False)[:_MAC_LETTERS]
        return f"{base36(row_id)}-{signed.translate(_FOR_LINKS).decode()}"

    return token
