"""A password -> its salted hash, in the text form Werkzeug knows too, and back to yes or no."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from functools import cache

from hopnps.domain.errors import N_, Invalid

SHORTEST, LONGEST = 12, 256
METHOD = "scrypt:32768:8:1"  # as Werkzeug writes it: N, r, p


def check(password: str, *, email: str = "") -> None:
    """Raises Invalid for a password that is too short, too long or the colleague's own address."""
    if len(password) < SHORTEST:
        raise Invalid(
            N_("A password needs %(count)s characters at least; a short sentence is good."),
            field="password",
            count=SHORTEST,
        )
    if len(password) > LONGEST:
        raise Invalid(
            N_("A password has %(count)s characters at most."), field="password", count=LONGEST
        )
    if len(set(password)) < 4 or password.strip().lower() == email.lower():
        raise Invalid(N_("This password is too easy to guess."), field="password")


def scramble(password: str) -> str:
    """The hash to keep, with a salt of its own."""
    salt = secrets.token_urlsafe(12)
    return f"{METHOD}${salt}${_digest(METHOD, salt, password)}"


def matches(stored: str, password: str) -> bool:
    """Whether this is the password behind a stored hash; an empty or unknown hash matches nothing."""
    method, _, rest = stored.partition("$")
    salt, _, digest = rest.partition("$")
    return bool(digest) and hmac.compare_digest(digest, _digest(method, salt, password))


@cache
def nobodys() -> str:
    """A hash that nobody's password matches: an unknown address then costs as much time as a known one."""
    return scramble(secrets.token_urlsafe())


def _digest(method: str, salt: str, password: str) -> str:
    kind, *numbers = method.split(":")
    said = unicodedata.normalize("NFC", password[: LONGEST + 1]).encode("utf-8", "replace")
    if kind == "scrypt":
        n, r, p = (int(number) for number in numbers)
        return hashlib.scrypt(said, salt=salt.encode(), n=n, r=r, p=p, maxmem=256 * n * r * p).hex()
    if kind == "pbkdf2":
        name, rounds = numbers
        return hashlib.pbkdf2_hmac(name, said, salt.encode(), int(rounds)).hex()
    return ""
