"""The editors in a real browser: what is typed is seen beside the form, then saved."""

from playwright.sync_api import expect

from hopnps.models import Template
from tests.browser.stage import PHONE, beyond


def test_an_admin_sees_a_new_sentence_in_the_mail_before_saving_it(page_for, session):
    page = page_for("sophie")
    page.goto("/admin/template/")
    page.get_by_role("link", name="Relation", exact=True).first.click()
    page.get_by_role("link", name="Modifier").click()
    body = page.locator("textarea[name=body_fr]")
    body.fill(body.input_value().replace("Un clic suffit.", "Un seul clic suffit, CARET"))
    body.evaluate(
        "one => { const at = one.value.indexOf('CARET'); one.setSelectionRange(at, at + 5) }"
    )
    page.get_by_role("button", name="contact.company").click()
    assert "Un seul clic suffit, {{ contact.company }}" in body.input_value()
    body.fill(body.input_value().replace(", {{ contact.company }}", "."))
    page.get_by_role("button", name="Voir sans enregistrer").first.click()
    mail = page.frame_locator("iframe[name=mail-frame]")
    mail.get_by_text("Un seul clic suffit.").wait_for()
    expect(mail.get_by_role("link", name="Note 10 sur 10")).to_have_count(1)

    page.get_by_role("button", name="Enregistrer", exact=True).click()

    page.wait_for_url("**/details/**")
    expect(page.get_by_text("Version 2")).to_have_count(1)
    assert "Un seul clic suffit." in _current(session, "relation").text_in("fr").body


def test_a_new_mail_is_seen_as_it_is_before_anything_is_typed(page_for):
    page = page_for("sophie")

    page.goto("/admin/template/new/")

    mail = page.frame_locator("iframe[name=mail-frame]")
    expect(mail.get_by_role("link", name="Note 10 sur 10")).to_have_count(1)


def test_a_broken_mail_says_why_in_its_place(page_for, stage, session):
    page = page_for("sophie", language="en")
    stage.forgive("422")
    page.goto(f"/admin/template/edit/?id={_current(session, 'ticket').template_id}")
    page.locator("textarea[name=body_en]").fill("<mjml><mj-body><mj-section></mj-body></mjml>")

    page.get_by_role("button", name="Preview without saving").last.click()

    frame = page.frame_locator("iframe[name=mail-frame]")
    frame.get_by_text("This cannot be sent yet.").wait_for()
    test = page.get_by_role("button", name="Send a test: In French", exact=True)
    expect(test).to_be_visible()


def test_the_mails_of_the_house_fit_a_phone(page_for, session):
    page = page_for("camille", viewport=PHONE)

    for slug in ("relation", "ticket", "reaction"):
        number = _current(session, slug).template_id
        for language in ("fr", "en"):
            page.goto(f"/admin/template/mail/?id={number}&language={language}")
            assert beyond(page) == 0
            if slug != "reaction":
                boxes = [one.bounding_box() for one in page.locator("a[aria-label]").all()]
                rows = {round(box["y"]) for box in boxes}
                assert len(boxes) == 11 and len(rows) == 2
                assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes)


def _current(session, slug):
    session.rollback()
    return session.query(Template).filter_by(slug=slug).one().current
