"""A colleague at our own door: in, out, a password by link, a limit to guessing."""

from __future__ import annotations

import re

import pytest

from tests.people import PASSWORD


@pytest.fixture
def sophie(cast):
    return cast.colleague("sophie")


def test_somebody_without_a_login_is_led_there_and_back(client, sophie):
    answer = client.get("/account")
    assert answer.location == "/login?next=/account"

    answer = log_in(client, sophie.email, next="/account")

    assert answer.location == "/account"
    assert sophie.name in client.get("/account").text


def test_a_wrong_password_is_said_in_plain_words_and_the_address_stays(client, sophie):
    page = log_in(client, sophie.email, "not this one").text

    assert "L’adresse ou le mot de passe est incorrect" in page
    assert f'value="{sophie.email}"' in page
    assert "not this one" not in page


def log_in(client, email, password=PASSWORD, **more):
    return client.post(
        "/login", data={"email": email, "password": password, "csrf_token": token(client)} | more
    )


def token(client) -> str:
    """The CSRF token of this visit, as the login page carries it."""
    page = client.get("/login", follow_redirects=True).text
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
