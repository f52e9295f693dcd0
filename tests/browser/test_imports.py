"""A marketer imports a file from Excel in a real browser, with and without JavaScript, on a desk and on a phone."""

from playwright.sync_api import expect

from hopnps.models import Contact
from tests.browser.stage import PHONE, before_script, beyond

FRENCH = (
    "Nom;Prénom;Courriel;Magasin\r\n"
    "Lefèvre;Zoé;zoe.lefevre@example.org;Orléans Châtelet\r\n"
    "Œuvrard;Noël;noel@@example.org;Orléans Châtelet\r\n"
)


def choose(page, text):
    page.set_input_files(
        "input[type=file]",
        {"name": "clients_été.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")},
    )
    page.get_by_role("button", name="Voir ce qu’il ferait").click()


def test_a_faulty_file_is_mended_and_imported(page_for, session):
    page = page_for("camille")
    page.goto("/")
    page.get_by_role("link", name="Importer").first.click()

    choose(page, FRENCH)
    expect(page.locator("h1")).to_have_text("2 lignes lues, 1 à corriger")
    expect(page.locator("tr.fault")).to_contain_text("noel@@example.org")
    assert beyond(page) == 0
    assert session.query(Contact).count() == 0

    page.get_by_role("link", name="Recharger le fichier corrigé").click()
    choose(page, FRENCH.replace("@@", "@"))
    page.get_by_role("button", name="Importer 2 lignes").click()

    expect(page.locator("h1")).to_have_text("clients_été.csv est importé")
    session.rollback()
    assert {one.first_name for one in session.query(Contact)} == {"Zoé", "Noël"}


def test_it_works_on_a_phone_without_java_script(page_for, session):
    page = page_for("camille", viewport=PHONE, java_script=False)
    page.goto("/imports")

    choose(page, FRENCH.replace("@@", "@"))
    page.locator("summary", has_text="Colonnes").click()
    page.get_by_label("Prénom").select_option("")
    page.get_by_role("button", name="Vérifier de nouveau").click()
    page.get_by_role("button", name="Importer 2 lignes").click()

    expect(page.locator("h1")).to_contain_text("importé")
    session.rollback()
    assert {one.first_name for one in session.query(Contact)} == {""}


def test_a_column_chosen_before_the_scripts_have_come_is_heard(page_for):
    page = page_for("camille")
    page.goto("/imports")
    choose(page, FRENCH.replace("@@", "@").replace("Prénom", "Code"))
    page.locator("[aria-labelledby=held] .names").wait_for()

    with before_script(page, "htmx.min.js"):
        page.goto(page.url, wait_until="commit")
        page.locator("summary", has_text="Colonnes").click()
        page.get_by_label("Code", exact=True).select_option("notes")

    page.locator("[aria-labelledby=held] .names").wait_for(state="detached")


def test_contacts_are_downloaded_for_excel(page_for, cast):
    cast.client("zoe", company="=cmd|' /C calc'!A0")
    page = page_for("camille")
    page.goto("/imports")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV pour Excel français").click()

    text = waiting.value.path().read_text("utf-8-sig")
    assert "Lefèvre" in text
    assert "'=cmd" in text


DROP = """([field, name, text]) => {
    const files = new DataTransfer()
    files.items.add(new File([text], name, { type: "text/plain" }))
    const box = field.closest("[data-drop]")
    box.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }))
}"""


def drop(page, name, text):
    field = page.locator("input[type=file]").element_handle()
    page.evaluate(DROP, [field, name, text])


def test_a_long_file_is_dropped_watched_and_taken_back(page_for, session, monkeypatch):
    monkeypatch.setattr("hopnps.services.upload_work.LONG", 1000)
    people = "Courriel;Nom;Code\n" + "".join(f"c{n}@example.org;N{n};{n}\n" for n in range(2000))
    page = page_for("camille")
    page.goto("/imports")

    drop(page, "photo.png", "nothing")
    expect(page.locator("#file-fault")).to_contain_text("Ce n’est pas un tableau")
    drop(page, "clients.csv", people)
    expect(page.locator("#file-fault")).to_be_hidden()
    expect(page.locator(".picked")).to_contain_text("clients.csv, ")
    page.get_by_role("button", name="Voir ce qu’il ferait").click()

    page.get_by_text("2\u202f000 lignes lues").wait_for()
    expect(page.locator("[aria-labelledby=held]")).to_contain_text("Code")
    page.locator("summary", has_text="Colonnes").click()
    page.get_by_label("Code", exact=True).select_option("notes")
    page.locator("[aria-labelledby=held] .names").wait_for(state="detached")

    page.get_by_role("button", name="Importer 2\u202f000 lignes").click()
    page.get_by_role("link", name="Annuler cet import").click()
    page.get_by_role("button", name="Annuler cet import").click()
    page.get_by_text("Tout est comme avant cet import").wait_for()
    assert beyond(page) == 0
    session.rollback()
    assert session.query(Contact).count() == 0
