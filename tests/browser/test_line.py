"""The straight line, walked by people: a French Excel file, a segment, a campaign, a mail, an answer, an NPS."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from hopnps import jobs
from tests.browser.stage import PHONE

FILE = """Numéro client;Prénom;Nom;Courriel;Magasin;Langue;Carte fidélité;Dernier achat
C-1;Zoé;Lefèvre;zoe.lefevre@example.org;Évry;français;or;31/03/2025
C-2;Tom;Ashby;tom.ashby@example.com;Annecy;anglais;;02/11/2025
""".encode("cp1252")


@pytest.fixture
def work(house):
    """A worker's turn: whatever is due leaves."""

    def work() -> None:
        while jobs.run_due(house):
            pass

    return work


def test_from_a_file_of_contacts_to_an_nps(stage, served, work, mailroom, run, tmp_path):
    camille = stage.page()
    stage.log_in(camille, "camille")
    _import(camille)
    _build_segment(camille)
    _launch(camille)
    work()
    expect(camille.locator("#run-title")).to_have_text("1 mail parti sur 1", timeout=15_000)
    mail = mailroom.to("zoe.lefevre@example.org")[0].message
    _answer_on_a_phone(stage, mail.get_body(("html",)).get_content(), served)

    camille.goto("/")
    expect(camille.locator(".figure")).to_contain_text("−100")
    expect(camille.locator("main")).to_contain_text("Le vélo grince toujours.")
    _find_contact(camille)
    assert mailroom.to("tom.ashby@example.com") == []  # he is a client of Annecy
    assert run("segment", "count", "recent-detractors").output.startswith("1 ")


def _import(page: Page) -> None:
    page.goto("/imports")
    page.set_input_files(
        "input[type=file]",
        {"name": "clients_été.csv", "mimeType": "text/csv", "buffer": FILE},
    )
    page.locator("main form button.primary").click()
    expect(page.locator("main")).to_contain_text("clients_été.csv")
    expect(page.locator("main")).to_contain_text("Évry")
    page.locator("form[action$='/approval'] button.primary").click()
    page.wait_for_load_state()


def _build_segment(page: Page) -> None:
    page.goto("/admin/segment/new/")
    page.get_by_label("Nom", exact=True).fill("Ceux d’Évry")
    page.get_by_role("button", name="Ajouter une condition ici").click()
    page.locator("select[name='r.0-subject']").select_option(label="Magasin")
    page.get_by_label("Évry").check()
    found = page.locator("[data-part=found]")
    expect(found).to_contain_text("dont le magasin est « Évry »")
    expect(found.locator(".stat b")).to_have_text("1")
    page.get_by_role("button", name="Enregistrer le segment").click()
    page.wait_for_url("**/details/**")
    page.get_by_role("link", name="Préparer une campagne").click()


def _launch(page: Page) -> None:
    page.check("input[name=survey][value=relation]")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("select[name=segment] option:checked")).to_have_text("Ceux d’Évry")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Voir qui le recevra").click()
    page.get_by_role("link", name="Envoyer à 1 personne").click()
    page.get_by_role("button", name="Envoyer à 1 personne").click()
    page.wait_for_load_state()
    expect(page.locator("#run-title")).to_have_text("0 mail parti sur 1")


def _answer_on_a_phone(stage, html: str, served: str) -> None:
    phone = stage.page(viewport=PHONE)
    phone.set_content(html)
    phone.locator(f'a[href^="{served}/s/"][href$="/3"]').click()
    phone.locator("textarea").fill("Le vélo grince toujours.")
    phone.get_by_role("button", name="Envoyer ma réponse").click()
    expect(phone.get_by_role("status")).to_contain_text("enregistr")


def _find_contact(page: Page) -> None:
    page.goto("/admin/contact/?search=Lefèvre")
    page.get_by_role("link", name="Zoé Lefèvre").first.click()
    told = page.locator("main").inner_text()
    assert "Le vélo grince toujours." in told
    assert "Évry" in told
