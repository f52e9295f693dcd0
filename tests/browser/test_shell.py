"""The frame of every page in a real browser: theme, menu, and deleting that asks first."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hopnps.models import Store
from tests.browser.stage import PHONE, beyond
from tests.services.answers import answer


@pytest.fixture
def two_stores(cast):
    cast.store("Paris Bastille")
    cast.store("Lyon Croix-Rousse", "Auvergne-Rhône-Alpes")


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_the_theme_changes_and_stays(page_for, java_script):
    page = page_for("camille", java_script=java_script)
    page.goto("/")
    theme = page.locator("html")
    expect(theme).not_to_have_attribute("data-theme", "light")

    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Thème").click()
    expect(theme).to_have_attribute("data-theme", "light")
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Thème").click()
    expect(theme).to_have_attribute("data-theme", "dark")

    page.goto("/account")
    expect(theme).to_have_attribute("data-theme", "dark")


def test_changing_the_theme_loses_nothing_typed(page_for):
    page = page_for("camille")
    page.goto("/admin/contact/new/")
    page.get_by_label("Prénom").fill("Zoé")

    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Thème").click()

    expect(page.get_by_label("Prénom")).to_have_value("Zoé")


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_deleting_a_line_asks_first_and_can_be_called_off(
    page_for, two_stores, session, java_script
):
    page = page_for("camille", java_script=java_script)
    page.goto("/admin/store/")

    page.get_by_title("Supprimer").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Supprimer Lyon Croix-Rousse")
    page.get_by_role("link", name="Garder").click()
    assert names(session) == ["Lyon Croix-Rousse", "Paris Bastille"]

    page.get_by_title("Supprimer").first.click()
    page.get_by_role("button", name="Supprimer Lyon Croix-Rousse").click()
    expect(page.get_by_role("status")).to_contain_text("Supprimé : Lyon Croix-Rousse")
    assert names(session) == ["Paris Bastille"]


def test_deleting_several_lines_names_them_before(page_for, two_stores, session):
    page = page_for("camille")
    page.goto("/admin/store/")
    page.get_by_label("Choisir Paris Bastille").check()
    page.get_by_label("Choisir Lyon Croix-Rousse").check()
    page.get_by_role("button", name="Supprimer les lignes choisies").click()

    expect(page.get_by_text("Paris Bastille")).to_be_visible()
    expect(page.get_by_text("C’est définitif")).to_be_visible()
    assert len(names(session)) == 2
    page.get_by_role("button", name="Supprimer 2 lignes").click()

    expect(page.get_by_role("status")).to_contain_text("2 lignes")
    assert names(session) == []


def test_the_menu_of_a_phone_opens_and_closes_by_escape(page_for):
    page = page_for("ines", viewport=PHONE)
    page.goto("/")
    contacts = page.get_by_role("navigation", name="Menu").get_by_role("link", name="Contacts")
    expect(contacts).to_be_hidden()

    page.locator("summary", has_text="Menu").click()
    expect(contacts).to_be_visible()
    page.keyboard.press("Escape")
    expect(contacts).to_be_hidden()


def test_on_a_phone_the_lines_come_before_the_filters(page_for, session):
    answer(session, None, 3, "Trop long")
    page = page_for("ines", viewport=PHONE)
    page.goto("/admin/response/")
    expect(page.get_by_text("Trop long")).to_be_in_viewport()
    expect(page.get_by_label("Catégorie")).to_be_hidden()

    page.locator(".folded > summary").click()
    page.get_by_label("Catégorie").select_option(label="Détracteur")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_label("Catégorie")).to_be_visible()
    expect(page.get_by_text("Trop long")).to_have_count(1)


def test_the_keyboard_reaches_the_content_first(page_for):
    page = page_for("ines")
    page.goto("/admin/store/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("path", ["/admin/contact/", "/admin/contact/details/?id=1", "/account"])
def test_nothing_scrolls_sideways_on_a_phone(page_for, cast, path):
    cast.client("claire", store=cast.store(), company="Société des Cycles du Tilleul et Fils")
    page = page_for("sophie", viewport=PHONE)
    page.goto(path)

    assert beyond(page) == 0


def names(session) -> list[str]:
    session.rollback()
    return sorted(name for (name,) in session.query(Store.name))
