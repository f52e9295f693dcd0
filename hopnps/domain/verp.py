"""A delivery's id -> the address to which its bounces return, signed, and back again: bounces+7-<mac>@example.org.

Mail servers may change the case of an address, so that only signs without case stand in it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from hopnps.domain.base36 import base36

LONGEST_LOCAL = 29  # signs before the @ of the bounce address, so that the whole stays within the 64 of RFC 5321
_MAC_SIGNS = 20  # of base 32: 100 bits
_SIGNED = re.compile(
    rf"(?<![a-z0-9])([a-z0-9]{{1,13}})-([a-z2-7]{{{_MAC_SIGNS}}})@[^@\s]+", re.ASCII
)


def return_path(bounce_address: str, delivery_id: int, keys: Sequence[str]) -> str:
    """The envelope sender of one delivery; the first key signs.

    Raises ValueError for a bounce address that has no room for the signature.
    """
    local, at, domain = bounce_address.rpartition("@")
    if not (local and at and domain) or len(local) > LONGEST_LOCAL:
        raise ValueError(
            f"a bounce address has at most {LONGEST_LOCAL} signs before its @: {bounce_address}"
        )
    number = base36(delivery_id)
    return f"{local}+{number}-{_mac(keys[0], number)}@{domain}"


def read(address: str, keys: Sequence[str]) -> int | None:
    """The delivery for which we made this address, whichever key signed; None if we did not."""
    found = _SIGNED.search(address.lower())
    if found is None or found[1].startswith("0"):
        return None
    made = [_mac(key, found[1]) for key in keys]
    genuine = any(hmac.compare_digest(found[2], one) for one in made)
    return int(found[1], 36) if genuine else None


def _mac(key: str, number: str) -> str:
    mac = hmac.digest(key.encode(), f"hopnps/bounce/{number}".encode(), hashlib.sha256)
    return base64.b32encode(mac).decode()[:_MAC_SIGNS].lower()
