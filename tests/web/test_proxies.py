"""Behind a proxy: its word counts where it is trusted, and nowhere else."""

from __future__ import annotations

import pytest

from tests.web.visitor import Visitor

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


def test_without_a_trusted_proxy_forwarded_headers_are_the_callers_word(client):
    assert "Secure" not in client.get("/login", headers=FORWARDED).headers["Set-Cookie"]


class TestBehindAProxy:
    @pytest.fixture
    def settings(self):
        return {"HOPNPS_TRUSTED_PROXIES": 1}

    def test_a_trusted_proxy_says_that_the_visitor_came_by_https(self, client):
        assert "Secure" in client.get("/login", headers=FORWARDED).headers["Set-Cookie"]

    def test_login_attempts_are_counted_for_the_visitor_not_for_the_proxy(self, app, cast):
        sophie = cast.colleague("sophie")
        visitor = Visitor(app)
        token = visitor.token()

        def attempt(address: str, password: str) -> int:
            return visitor.client.post(
                "/login",
                data={"csrf_token": token, "email": sophie.email, "password": password},
                headers={"X-Forwarded-For": address},
            ).status_code

        assert [attempt("192.0.2.7", "wrong") for _ in range(6)] == [200] * 5 + [429]
        assert attempt("192.0.2.8", "wrong") == 200
