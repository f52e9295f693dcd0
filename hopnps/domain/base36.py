"""A row's number -> a few digits and small letters for an address, as `int(signs, 36)` reads them."""

from __future__ import annotations

from functools import lru_cache

_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=64)
def base36(number: int) -> str:
    """0 is "0"; none is negative."""
    signs = ""
    while True:
        number, rest = divmod(number, 36)
        signs = _SIGNS[rest] + signs
        if not number:
            return signs
