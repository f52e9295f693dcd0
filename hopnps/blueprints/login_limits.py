"""Failed logins, and wishes for a new password, of an account and from an address -> whether another is heard."""

from __future__ import annotations

from flask import Flask, abort, current_app, request
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_ACCOUNT_AND_ADDRESS = RateLimitItemPerMinute(5, 15, namespace="login-pair")
PER_ACCOUNT = RateLimitItemPerMinute(50, 15, namespace="login-account")
PER_ADDRESS = RateLimitItemPerMinute(50, 15, namespace="login-address")
LINKS_PER_ACCOUNT = RateLimitItemPerHour(5, namespace="link-account")
LINKS_PER_ADDRESS = RateLimitItemPerHour(20, namespace="link-address")
_KEY = "hopnps_login_limits"


def arm(app: Flask) -> None:
    """Each process counts for itself; a restart forgets."""
    app.extensions[_KEY] = MovingWindowRateLimiter(MemoryStorage())


def hear_attempt(email: str) -> None:
    """Count before the password is looked at, so that a burst gains nothing; 429 when there were too many."""
    limiter, (pair, account, address) = current_app.extensions[_KEY], _keys(email)
    heard = limiter.hit(PER_ACCOUNT_AND_ADDRESS, *pair)
    if not (heard and limiter.test(PER_ACCOUNT, *account) and limiter.test(PER_ADDRESS, *address)):
        abort(429, retry_after=PER_ACCOUNT.get_expiry())


def note_failure(email: str) -> None:
    """Account and address count what failed only: a whole office may log in from one address."""
    limiter, (_pair, account, address) = current_app.extensions[_KEY], _keys(email)
    limiter.hit(PER_ACCOUNT, *account)
    limiter.hit(PER_ADDRESS, *address)


def forget_attempts(email: str) -> None:
    """They knew the password: what this colleague mistyped here before counts no more."""
    current_app.extensions[_KEY].clear(PER_ACCOUNT_AND_ADDRESS, *_keys(email)[0])


def hear_wish(email: str) -> None:
    """Each wish for a link is counted, whether somebody has this address or not; 429 when there were too many."""
    limiter, (_pair, account, address) = current_app.extensions[_KEY], _keys(email)
    heard = limiter.hit(LINKS_PER_ADDRESS, *address)
    if not (limiter.hit(LINKS_PER_ACCOUNT, *account) and heard):
        abort(429, retry_after=LINKS_PER_ACCOUNT.get_expiry())


def _keys(email: str) -> tuple[tuple[str, ...], ...]:
    account, address = email.strip().lower()[:254], request.remote_addr or ""
    return (account, address), (account,), (address,)
