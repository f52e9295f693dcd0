"""A mail -> its DKIM signature (RFC 6376, relaxed/relaxed); the key is parsed once, the body hashed once."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from hopnps.domain.errors import N_, Invalid

_SIGNED = {
    name.lower(): name
    for name in (
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "List-Id",
        "List-Unsubscribe",  # RFC 8058: unsubscribing with one click wants both of them signed
        "List-Unsubscribe-Post",
        "MIME-Version",
        "Content-Type",
    )
}
_LINE_ENDS = re.compile(rb"\r\n(?![ \t])")
_FOLD = 72


class Signer:
    """Signs with one key; `domain` "" is the domain of whoever writes. RSA or Ed25519.

    Raises Invalid where `pip install hopnps[dkim]` is missing, and for a key that cannot be read.
    """

    def __init__(self, key: str, selector: str, domain: str) -> None:
        self._key, self._algorithm = _parsed(key)
        self._selector, self._domain = selector, domain
        if not selector:
            raise Invalid(N_("A key to sign mails needs its selector: HOPNPS_DKIM_SELECTOR."))

    def signed(self, head: bytes, body: bytes, *, sender: str, at: datetime) -> bytes:
        """The whole mail, its signature first. `head` ends with its empty line; `sender` is the author's address."""
        from dkim.canonicalization import CanonicalizationPolicy

        policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
        lines = [
            tuple(line.split(b":", 1)) for line in _LINE_ENDS.split(head.removesuffix(b"\r\n\r\n"))
        ]
        signed = [
            line for line in policy.canonicalize_headers(lines) if line[0].decode() in _SIGNED
        ]
        hashed = base64.b64encode(hashlib.sha256(policy.canonicalize_body(body)).digest()).decode()
        names = ":\r\n  ".join(_SIGNED[name.decode()] for name, _value in signed)
        said = (
            f"v=1; a={self._algorithm}; c=relaxed/relaxed;\r\n"
            f" d={self._domain or sender.rpartition('@')[2]}; s={self._selector}; t={at.timestamp():.0f};\r\n"
            f" h={names}:From;\r\n bh={hashed};\r\n b="
        )
        [(name, value)] = policy.canonicalize_headers([(b"DKIM-Signature", said.encode("ascii"))])
        words = b"".join(name + b":" + value for name, value in signed)
        proof = self._proof(words + name + b":" + value.removesuffix(b"\r\n"))
        folded = "\r\n ".join(proof[at : at + _FOLD] for at in range(0, len(proof), _FOLD))
        return b"".join([f"DKIM-Signature: {said}{folded}\r\n".encode("ascii"), head, body])

    def _proof(self, words: bytes) -> str:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        if self._algorithm == "rsa-sha256":
            proof = self._key.sign(words, padding.PKCS1v15(), hashes.SHA256())
        else:
            proof = self._key.sign(hashlib.sha256(words).digest())
        return base64.b64encode(proof).decode("ascii")


@lru_cache(maxsize=8)
def signer(key: str, selector: str, domain: str) -> Signer:
    """For HOPNPS_DKIM_KEY, a PEM or the path of a file that holds one. Raises Invalid."""
    if "-----BEGIN" not in key:
        try:
            key = Path(key).read_text(encoding="ascii")
        except (OSError, UnicodeError):
            raise Invalid(N_("The key to sign mails cannot be read: %(path)s."), path=key) from None
    return Signer(key, selector, domain)


def _parsed(key: str) -> tuple[Any, str]:
    try:
        import dkim  # noqa: F401
        from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise Invalid(N_("To sign mails, install hopnps[dkim].")) from None
    try:
        parsed = load_pem_private_key(key.encode("ascii"), password=None)
    except (ValueError, TypeError):
        raise Invalid(N_("The key to sign mails is no private key in PEM form.")) from None
    if isinstance(parsed, rsa.RSAPrivateKey):
        return parsed, "rsa-sha256"
    if isinstance(parsed, ed25519.Ed25519PrivateKey):
        return parsed, "ed25519-sha256"
    raise Invalid(N_("The key to sign mails is neither RSA nor Ed25519."))
