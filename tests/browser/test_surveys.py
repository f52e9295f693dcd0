"""An admin changes what an unhappy client reads, sees it on a phone while typing, and the client reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from hopnps.models import Survey
from hopnps.services import surveys
from tests.browser.stage import PHONE, WIDE, before_script, beyond


@pytest.fixture
def ask(session, cast, house):
    """A callable: asks this client by the ready-made survey; returns the link behind a 3."""

    def ask(name):
        survey = session.query(Survey).filter_by(slug="relation").one()
        now = datetime.now(UTC)
        said = surveys.pinned(session, survey, now=now)
        invitation = cast.invitation(
            cast.client(name), survey, survey_version=said, expires_at=now + timedelta(days=90)
        )
        return house.links.score(invitation.id, 3)

    return ask


@pytest.fixture
def number(session):
    return session.query(Survey.id).filter_by(slug="relation").scalar()


def picture():
    written = BytesIO()
    Image.new("RGB", (60, 90), "#123456").save(written, "PNG")
    return {"name": "fond.png", "mimeType": "image/png", "buffer": written.getvalue()}


def test_an_admin_edits_the_detractor_page_and_a_client_sees_it_on_a_phone(
    page_for, stage, session, ask, number
):
    before = ask("marc")
    page = page_for("sophie", viewport=WIDE)
    page.goto(f"/admin/survey/edit/?id={number}")

    page.get_by_role("radio", name="Détracteurs").check()
    page.locator("[name=title_detractor_fr]").fill("Nous voulons réparer.")
    page.locator("[name=background_colour_detractor_fr]").fill("#999999")
    page.locator("[name=background_image_detractor_fr_file]").set_input_files(picture())
    phone = page.frame_locator(".screen iframe:not(.coming)")
    phone.get_by_role("heading", name="Nous voulons réparer.").wait_for()
    page.get_by_text("Peu lisible").first.wait_for()
    expect(phone.get_by_role("radio", name="6", exact=True)).to_be_checked()

    page.get_by_role("button", name="Enregistrer").first.click()
    page.get_by_text("La couleur la plus proche").first.wait_for()
    expect(page.locator("[name=title_detractor_fr]")).to_have_value("Nous voulons réparer.")
    page.locator("[name=background_colour_detractor_fr]").fill("#4a2a1c")
    other = page.locator("[name=background_colour_detractor_en]")
    expect(other).to_have_value("#4a2a1c")  # the same colours in both languages
    page.get_by_text("Lisible", exact=True).first.wait_for()
    page.get_by_role("button", name="Enregistrer").first.click()
    page.wait_for_url("**/details/**")
    assert page.get_by_text("Sophie Marchal").count() >= 1

    client = stage.page(viewport=PHONE)
    client.goto(ask("claire"))
    expect(client.locator("h1")).to_have_text("Nous voulons réparer.")
    painted = client.locator("body").evaluate(
        "body => [getComputedStyle(body).backgroundColor, getComputedStyle(body).backgroundImage]"
    )
    assert painted[0] == "rgb(74, 42, 28)" and "/i/" in painted[1]
    assert beyond(client) == 0
    client.goto(before)  # who was asked before the change reads what they were sent
    expect(client.locator("h1")).to_have_text("Nous sommes désolés.")


def test_what_is_typed_before_the_script_has_come_is_followed_by_the_other_language_and_the_phone(
    page_for, number
):
    page = page_for("sophie", viewport=WIDE)
    with before_script(page, "live-form.js"):
        page.goto(f"/admin/survey/edit/?id={number}", wait_until="commit")
        page.get_by_role("radio", name="Détracteurs").check()
        page.locator("[name=title_detractor_fr]").fill("Nous voulons réparer.")
        page.locator("[name=background_colour_detractor_fr]").fill("#4a2a1c")

    other = page.locator("[name=background_colour_detractor_en]")
    expect(other).to_have_value("#4a2a1c")
    phone = page.frame_locator(".screen iframe:not(.coming)")
    phone.get_by_role("heading", name="Nous voulons réparer.").wait_for()


def test_without_javascript_the_pages_are_leafed_through_and_seen_before_saving(
    page_for, session, number
):
    page = page_for("sophie", java_script=False)
    page.goto(f"/admin/survey/edit/?id={number}")
    page.get_by_role("radio", name="Promoteurs").check()
    page.get_by_role("radio", name="Anglais").check()
    page.locator("[name=title_promoter_en]").fill("You made our day.")
    expect(page.locator("[name=title_detractor_fr]")).to_be_hidden()

    page.get_by_role("button", name="Voir sans enregistrer").click()

    phone = page.frame_locator(".screen iframe")
    phone.get_by_role("heading", name="You made our day.").wait_for()
    expect(phone.get_by_role("radio", name="10", exact=True)).to_be_checked()
    expect(page.locator("[name=title_promoter_en]")).to_have_value("You made our day.")


def test_the_editors_fit_a_narrow_phone(page_for, number):
    page = page_for("sophie", viewport={"width": 320, "height": 700})

    for path in (
        f"/admin/survey/edit/?id={number}",
        f"/admin/survey/details/?id={number}",
        "/admin/survey/new/",
        "/admin/brand/edit/?id=1",
    ):
        page.goto(path)
        assert beyond(page) == 0, path
