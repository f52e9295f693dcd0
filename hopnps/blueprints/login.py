"""Flask-Login's session -> our Principal; a session ends when its colleague's password changes or they leave."""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from hopnps.access import Principal
from hopnps.models import Role, User
from hopnps.services import places

KEPT = ("language",)  # what a visitor chose before they logged in


class Colleague(UserMixin):
    """A user as Flask-Login wants one; the id in the cookie is tied to the password."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        return f"{self.user.id}:{_stamp(self.user)}"


def arm(app: Flask) -> None:
    """Let Flask-Login keep who is logged in to our own application."""
    manager = LoginManager(
        app, add_context_processor=False
    )  # an error page asks nothing of the database
    manager.session_protection = None  # a phone changes its address between two pages

    @manager.user_loader
    def load(said: str) -> Colleague | None:
        number, _, stamp = said.partition(":")
        user = app.extensions["hopnps"].session.get(User, int(number))
        if user is None or user.disabled_at or not hmac.compare_digest(stamp, _stamp(user)):
            return None
        return Colleague(user)

    @app.before_request
    def forget() -> None:
        for answer in ("_login_user", "csrf_token", "csrf_valid", "_flask_babel"):
            g.pop(answer, None)  # several requests may share one application context, in a test


def log_in(user: User) -> None:
    """Begin a session of their own: nothing of the visitor's before it is kept but the language."""
    kept = {key: session[key] for key in KEPT if key in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    login_user(Colleague(user))


def find_principal() -> Principal | None:
    """Who is logged in, as the rest of the house knows them."""
    user = logged_in()
    if user is None:
        return None
    roles = frozenset({Role(user.role)})
    scope = places.scope_of(user)
    return Principal(
        str(user.id), user.name, user.email, roles, user.language, scope, theme=user.theme
    )


def logged_in() -> User | None:
    """The row of who is logged in."""
    return current_user.user if current_user.is_authenticated else None


def _stamp(user: User) -> str:
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:24]
