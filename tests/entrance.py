"""A colleague -> the session that the login page would begin for them, without that page.

Tests of that page go through it; a thousand others need not.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from werkzeug.http import parse_cookie

from hopnps.blueprints.login import log_in
from hopnps.models import User


class Entry(NamedTuple):
    """The session's cookie, and the token of its forms."""

    cookie: str
    value: str
    token: str


def let_in(app: Flask, user: User) -> Entry:
    """To be shown at the door of this application."""
    with app.test_request_context():
        g.pop("csrf_token", None)  # another visitor's, where a test looks on from a context
        log_in(user)
        token = generate_csrf()
        answer = app.response_class()
        app.session_interface.save_session(app, session, answer)
    name = app.config["SESSION_COOKIE_NAME"]
    return Entry(name, parse_cookie(answer.headers["Set-Cookie"])[name], token)
