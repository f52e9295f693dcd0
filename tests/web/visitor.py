"""A colleague at a browser: is logged in, sends forms with their CSRF token, follows redirects."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from hopnps.models import User
from tests.entrance import let_in

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')

_NEW_SESSION = ("/login", "/logout", "/password", "/account")


class Visitor:
    """Without `user` a stranger; with one, somebody whom the login page has let in."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.client = app.test_client()
        self._token = ""
        if user:
            entry = let_in(app, user)
            self.client.set_cookie(entry.cookie, entry.value)
            self._token = entry.token

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, follow_redirects=True, **options)

    def post(self, path: str, follow: bool = True, **fields: Any) -> TestResponse:
        data = {"csrf_token": self.token()} | fields
        if path.startswith(_NEW_SESSION):
            self._token = ""
        return self.client.post(path, data=data, follow_redirects=follow)

    def token(self) -> str:
        """The CSRF token of this visit, as every page of ours carries one."""
        if not self._token:
            found = _TOKEN.search(self.client.get("/login").text) or _TOKEN.search(
                self.client.get("/account").text
            )
            assert found
            self._token = found[1]
        return self._token
