"""A colleague -> a link by which they choose a password, once and for a few days; and back."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, NotFound
from hopnps.links import Links, Purpose
from hopnps.models import User

VALID = timedelta(days=3)  # of an invitation, which a colleague opens some day
RESET_VALID = timedelta(hours=2)  # who asked for a new password is waiting for it


def make(links: Links, user: User, *, now: datetime, valid: timedelta = VALID) -> str:
    """The address to hand to the colleague; it ends when a password is set, or after `valid`."""
    until = int((now + valid).timestamp())
    token = links.token(Purpose.PASSWORD, user.id, _state(user, until))
    return f"{links.public_url}/password/{until}/{token}"


def follow(session: Session, links: Links, until: int, token: str, *, now: datetime) -> User:
    """The colleague a link was made for. Raises NotFound for one that is used, too old or not ours."""
    user = session.get(User, _number(token))
    good = (
        user is not None
        and user.disabled_at is None
        and now.timestamp() < until
        and links.verify(Purpose.PASSWORD, token, _state(user, until)) == user.id
    )
    if not good or user is None:
        raise NotFound(N_("It was already used, or is too old. Ask for a new one."))
    return user


def _state(user: User, until: int) -> str:
    """A link also ends when the address changes: it went to the one that was wrong."""
    known = f"{user.email}/{user.password_hash}"
    return f"{until}/{hashlib.sha256(known.encode()).hexdigest()}"


def _number(token: str) -> int:
    """The id a token claims; 0, nobody's, for what is no token."""
    digits = token.partition("-")[0]
    return int(digits, 36) if digits.isascii() and digits.isalnum() and len(digits) <= 10 else 0
