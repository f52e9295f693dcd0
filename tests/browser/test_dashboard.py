"""The dashboard at a browser: a new answer appears by itself, filters apply at once, on a phone and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import PHONE, beyond
from tests.services.answers import answer


@pytest.fixture
def answered(session, cast):
    """Nine answers to one survey, three of them about Nantes."""
    nantes = cast.store("Nantes", "Pays de la Loire")
    for days in range(3):
        answer(session, cast.client("claire") if not days else None, 3, "Trop long", days=days)
        answer(session, None, 9, days=days)
        answer(session, None, 10, days=days, store=nantes, region=nantes.region)


def test_a_new_answer_appears_by_itself_and_is_read_out(page_for, session, cast, answered):
    page = page_for("ines")
    page.clock.install()
    page.goto("/dashboard")
    expect(page.locator(".sure")).to_contain_text("sur 9 réponses")
    page.get_by_text("Les chiffres", exact=True).click()
    page.get_by_label("Enquête").focus()
    with page.expect_response("**/dashboard/figures*") as quiet:
        page.clock.run_for(6000)
    assert quiet.value.status == 304

    answer(session, cast.client("zoe"), 10, "Vélo prêt le jour dit")
    page.clock.run_for(6000)

    expect(page.get_by_role("status")).to_have_text(
        "1 nouvelle réponse. NPS +40, entre −18 et +79, sur 10 réponses."
    )
    expect(page.locator(".sure")).to_contain_text("sur 10 réponses")
    expect(page.get_by_text("Vélo prêt le jour dit")).to_be_visible()
    expect(page.locator("#numbers tbody")).to_be_visible()  # what was opened stays open
    expect(page.get_by_label("Enquête")).to_be_focused()


def test_filters_apply_at_once_and_the_address_keeps_them(page_for, answered):
    page = page_for("ines")
    page.goto("/dashboard")

    page.get_by_label("Magasin ou région").focus()
    page.get_by_label("Magasin ou région").select_option("Nantes")
    expect(page.locator(".sure")).to_contain_text("sur 3 réponses")
    expect(page.get_by_label("Magasin ou région")).to_be_focused()
    assert page.url.endswith("/dashboard?place=store%3ANantes")

    page.get_by_role("link", name="Semaine").press("Enter")
    expect(page.get_by_role("heading", name="NPS par semaine")).to_be_visible()
    expect(page.get_by_role("link", name="Semaine")).to_be_focused()

    page.go_back()
    expect(page.get_by_role("heading", name="NPS par mois")).to_be_visible()
    page.reload()
    expect(page.locator(".sure")).to_contain_text("sur 3 réponses")
    page.get_by_role("link", name="Note 10 : 3 réponses").press("Enter")
    expect(page.locator("main .score")).to_have_count(3)


def test_on_a_phone_the_figure_comes_first_and_nothing_scrolls_sideways(page_for, answered):
    page = page_for("ines", viewport=PHONE)
    page.goto("/dashboard")

    expect(page.locator(".figure")).to_be_in_viewport()
    expect(page.get_by_label("Enquête")).to_be_hidden()
    page.locator("summary", has_text="Filtres").click()
    page.get_by_label("Du", exact=True).fill("2026-03-02")
    page.get_by_label("Du", exact=True).blur()
    expect(page.locator(".sure")).to_contain_text("sur 3 réponses")
    assert beyond(page) == 0
    page.set_viewport_size({"width": 320, "height": 640})
    assert beyond(page) == 0


def test_without_javascript_a_button_applies_the_filters(page_for, answered):
    page = page_for("ines", java_script=False)
    page.goto("/dashboard")

    page.get_by_label("Magasin ou région").select_option("Nantes")
    page.get_by_role("button", name="Appliquer").click()

    expect(page.locator(".sure")).to_contain_text("sur 3 réponses")
    page.get_by_role("link", name="12 mois").click()
    expect(page.get_by_label("Magasin ou région")).to_have_value("store:Nantes")
