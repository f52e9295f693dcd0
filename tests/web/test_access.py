"""Everything is closed unless opened: each address is tried by a stranger, in the wrong role, without a token."""

from __future__ import annotations

import re

import pytest

from hopnps.access import Principal
from hopnps.models import Role
from tests.web.doors import BY_TOKEN, doors, guarded, openers
from tests.web.visitor import Visitor


@pytest.fixture
def closed(app):
    return [door for door in doors(app) if guarded(app, door.endpoint)]


def knock(visitor, door, **fields):
    return visitor.client.open(door.path, method=door.method, data=fields or None)


def test_a_stranger_is_led_to_the_login_and_may_change_nothing(app, closed):
    stranger = Visitor(app)
    token = stranger.token()

    let_in = [
        door
        for door in closed
        if not (
            knock(stranger, door, csrf_token=token).status_code == 401
            if door.method != "GET"
            else (knock(stranger, door).location or "").startswith("/login?next=")
        )
    ]

    assert let_in == []


def test_somebody_without_a_role_passes_nowhere(app, closed):
    app.extensions["hopnps"].find_principal = lambda: Principal("7", "A guest")
    guest = Visitor(app)
    token = guest.token()

    let_in = [door for door in closed if knock(guest, door, csrf_token=token).status_code != 403]

    assert let_in == []


@pytest.mark.parametrize(
    ("name", "role"), [("ines", Role.SALES), ("camille", Role.MARKETER)], ids=str
)
def test_a_colleague_does_not_pass_where_their_role_ends(app, cast, closed, name, role):
    visitor = Visitor(app, cast.colleague(name))
    token = visitor.token()
    beyond = [door for door in closed if role not in openers(app, door)]
    assert beyond

    let_in = [door for door in beyond if knock(visitor, door, csrf_token=token).status_code != 403]

    assert let_in == []


def test_nothing_is_sent_without_a_csrf_token(app, cast):
    sophie = Visitor(app, cast.colleague("sophie"))

    heard = [
        door
        for door in doors(app)
        if door.method == "POST" and not door.endpoint.startswith(BY_TOKEN)
        if knock(sophie, door).status_code != 400
    ]

    assert heard == []


def test_a_missing_token_is_told_in_plain_words(app, cast):
    page = Visitor(app, cast.colleague("sophie")).client.post("/theme", data={"theme": "dark"})

    assert "restée ouverte trop longtemps" in page.text


def test_a_host_without_csrf_protection_of_its_own_is_guarded_as_well(app, cast):
    sophie = Visitor(app, cast.colleague("sophie"))
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # what CSRFProtect would check

    answer = sophie.client.post("/theme", data={"theme": "dark"})

    assert answer.status_code == 400


def test_every_page_has_security_headers_and_no_inline_style_or_handler(app, cast):
    sophie = Visitor(app, cast.colleague("sophie"))
    faults = []
    for door in doors(app):
        if door.method != "GET":
            continue
        answer = knock(sophie, door)
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            faults.append((door, policy))
        if answer.headers.get("X-Content-Type-Options") != "nosniff":
            faults.append((door, "nosniff"))
        if answer.mimetype == "text/html" and re.search(r"<[^>]+\s(style|on\w+)=", answer.text):
            faults.append((door, "inline"))

    assert faults == []


def test_a_nonce_is_new_on_each_page(client):
    first, second = (client.get("/login").headers["Content-Security-Policy"] for _ in range(2))

    assert "'nonce-" in first
    assert first != second


def test_the_menu_shows_only_what_opens(app, cast):
    for name in ("ines", "camille", "sophie"):
        visitor = Visitor(app, cast.colleague(name))
        menu = re.search(r'<nav class="nav".*?</nav>', visitor.get("/account").text, re.DOTALL)
        links = re.findall(r'<a href="([^"]+)"', menu[0])
        assert links
        assert [link for link in links if visitor.client.get(link).status_code != 200] == []
