"""Somebody from outside, with a browser and patience: no page, no file, no way around the login."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from hopnps.links import Purpose
from hopnps.models import Response

ROOMS = ("/", "/dashboard", "/send", "/campaigns", "/admin/contact/", "/imports", "/settings")
BEHIND = (
    "/admin/contact/details/?id=1",
    "/exports/contacts/csv",
    "/admin/user/new/",
    "/admin/response/",
)
TO_LOGIN = re.compile("/login")


def test_an_outsider_gets_nowhere(page_for, stage, cast, desk, session, house):
    claire = cast.client("claire")
    desk.launch()
    outsider = stage.page()
    for door in (*ROOMS, *BEHIND):
        answer = outsider.request.get(door)
        assert answer.status == 404 or "/login" in answer.url, door
        assert claire.last_name not in answer.text(), door

    outsider.goto("/admin/contact/details/?id=1")
    _guess(outsider, "sophie.marchal@tilleul.test")
    expect(outsider).to_have_url(TO_LOGIN)
    stage.forgive("404")
    outsider.goto(f"/s/{_altered(house)}/9")
    expect(outsider.get_by_role("radio")).to_have_count(0)

    ines = page_for("ines")
    ines.goto("/admin/contact/details/?id=1")
    expect(ines.get_by_role("heading", name="Claire Delmas")).to_be_visible()
    stage.forgive("403")
    ines.goto("/settings")
    expect(ines.get_by_role("heading", level=1)).not_to_have_text("Réglages")
    ines.goto("/admin/contact/details/?id=1")
    ines.get_by_role("button", name="Se déconnecter").click()
    expect(ines).to_have_url(TO_LOGIN)
    ines.go_back()  # the next one at her desk
    ines.reload()
    expect(ines).to_have_url(TO_LOGIN)
    expect(ines.locator("body")).not_to_contain_text("Delmas")
    session.rollback()
    assert session.query(Response).count() == 0


def _guess(page, email: str) -> None:
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill("un deux trois quatre")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("mot de passe est incorrect")


def _altered(house) -> str:
    """The token of one client with the number of the next: who got a mail tries their luck."""
    return house.links.token(Purpose.ANSWER, 2).replace("2-", "1-", 1)
