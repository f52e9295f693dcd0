"""A colleague at a browser: is logged in, sends forms with their CSRF token, follows redirects."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from hopnps.blueprints.login import log_in
from hopnps.models import User

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')

_NEW_SESSION = ("/login", "/logout", "/password", "/account")


class Visitor:
    """Without `user` a stranger; with one, somebody whom the login page has let in.

    Tests of that page itself, and of the browser, go through it: a thousand others need not.
    """

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.client = app.test_client()
        self._token = ""
        if user:
            self._enter(app, user)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, follow_redirects=True, **options)

    def post(self, path: str, follow: bool = True, **fields: Any) -> TestResponse:
        data = {"csrf_token": self.token()} | fields
        if path.startswith(_NEW_SESSION):
            self._token = ""
        return self.client.post(path, data=data, follow_redirects=follow)

    def _enter(self, app: Flask, user: User) -> None:
        """The session that the login page would begin."""
        with app.test_request_context():
            g.pop("csrf_token", None)  # another visitor's, where a test looks on from a context
            log_in(user)
            self._token = generate_csrf()
            answer = app.response_class()
            app.session_interface.save_session(app, session, answer)
        cookie = parse_cookie(answer.headers["Set-Cookie"])
        name = app.config["SESSION_COOKIE_NAME"]
        self.client.set_cookie(name, cookie[name])

    def token(self) -> str:
        """The CSRF token of this visit, as every page of ours carries one."""
        if not self._token:
            found = _TOKEN.search(self.client.get("/login").text) or _TOKEN.search(
                self.client.get("/account").text
            )
            assert found
            self._token = found[1]
        return self._token
