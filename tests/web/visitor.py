"""A colleague at a browser: logs in, sends forms with their CSRF token, follows redirects."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from hopnps.models import User
from tests.people import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


class Visitor:
    """Without `user` a stranger."""

    def __init__(self, app: Flask, user: User | None = None, password: str = PASSWORD) -> None:
        self.client = app.test_client()
        if user:
            self.post("/login", email=user.email, password=password)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, follow_redirects=True, **options)

    def post(self, path: str, follow: bool = True, **fields: Any) -> TestResponse:
        data = {"csrf_token": self.token()} | fields
        return self.client.post(path, data=data, follow_redirects=follow)

    def token(self) -> str:
        """The CSRF token of this visit, as every page of ours carries one."""
        found = _TOKEN.search(self.get("/login").text) or _TOKEN.search(self.get("/account").text)
        assert found
        return found[1]
