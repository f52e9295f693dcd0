"""Failed logins of an account and from an address -> whether another attempt is heard."""

from __future__ import annotations

from flask import Flask, abort, current_app, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_ACCOUNT_AND_ADDRESS = RateLimitItemPerMinute(5, 15, namespace="login-pair")
PER_ACCOUNT = RateLimitItemPerMinute(50, 15, namespace="login-account")
PER_ADDRESS = RateLimitItemPerMinute(50, 15, namespace="login-address")
_KEY = "hopnps_login_limits"


def arm(app: Flask) -> None:
    """Each process counts for itself; a restart forgets."""
    app.extensions[_KEY] = MovingWindowRateLimiter(MemoryStorage())


def count_attempt(email: str) -> None:
    """Count before the password is looked at, so that a burst gains nothing; 429 when there were too many."""
    limiter = current_app.extensions[_KEY]
    heard = [
        limiter.hit(limit, *key) for limit, key in _limits(email)
    ]  # each counts, none is skipped
    if not all(heard):
        abort(429)


def forget_attempts(email: str) -> None:
    """They knew the password: what this colleague mistyped before counts no more."""
    for limit, key in _limits(email)[:1]:
        current_app.extensions[_KEY].clear(limit, *key)


def _limits(email: str) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    account, address = email.strip().lower()[:254], request.remote_addr or ""
    return [
        (PER_ACCOUNT_AND_ADDRESS, (account, address)),
        (PER_ACCOUNT, (account,)),
        (PER_ADDRESS, (address,)),
    ]
