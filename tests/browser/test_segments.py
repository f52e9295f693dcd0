"""A marketer builds a nested segment in a real browser, by keyboard, on a wide screen and a narrow one."""

from playwright.sync_api import expect

from hopnps.services import segments
from tests.browser.stage import PHONE, beyond


def test_a_marketer_builds_a_nested_segment_and_watches_the_count(page_for, cast, session):
    nantes = cast.store("Nantes", "Pays de la Loire")
    claire = cast.client("claire", tags=["vip"], store_id=nantes.id)
    cast.client("marc", store_id=nantes.id)
    cast.client("omar")
    cast.interaction(claire, "C-1", kind="order")
    page = page_for("camille")
    page.goto("/admin/segment/new/")
    found = page.locator("[data-part=found]")
    found.get_by_text("Tous les contacts.").wait_for()
    page.get_by_label("Nom", exact=True).fill("Nantais fidèles")

    page.get_by_role("button", name="Ajouter une condition ici").press("Enter")
    page.locator("select[name='r.0-subject']:focus").select_option(label="Magasin")
    page.get_by_label("Nantes").press("Space")
    found.get_by_text("dont le magasin est « Nantes »").wait_for()
    expect(found.locator(".stat b")).to_have_text("2")

    page.get_by_role("button", name="Ajouter un groupe ici").press("Enter")
    page.locator("select[name='r.1.0-subject']:focus").select_option(label="Étiquettes")
    page.locator("input[name='r.1.0-value']").press_sequentially("vip")
    found.get_by_text("qui portent l’étiquette « vip »").wait_for()
    expect(found.locator(".stat b")).to_have_text("1")
    expect(page.locator("input[name='r.1.0-value']:focus")).to_have_value("vip")
    page.locator("[id='r.1-add']").press("Enter")
    page.locator("select[name='r.1.1-subject']:focus").select_option(label="Commandes et tickets")
    found.get_by_text("ou qui ont au moins 1 commande ou ticket").wait_for()
    page.get_by_role("button", name="Retirer : Magasin").press("Enter")
    page.locator("select[name='r.0.0-subject']").wait_for()
    page.set_viewport_size(PHONE | {"width": 320})
    assert beyond(page) == 0
    page.get_by_role("button", name="Enregistrer le segment").press("Enter")

    page.wait_for_url("**/details/**")
    page.get_by_text(
        "Les contacts qui portent l’étiquette « vip » ou qui ont au moins 1 commande ou ticket."
    ).wait_for()
    session.rollback()
    assert segments.find(session, "nantais-fideles").rule == {
        "all": [
            {
                "any": [
                    {"contact": "tags", "has": "vip"},
                    {"interactions": {}, "at_least": 1},
                ]
            }
        ]
    }
