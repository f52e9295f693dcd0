"""An administrator invites a colleague, who comes in by the mail, and later replaces a forgotten password."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from hopnps import jobs
from tests.browser.stage import PHONE, WIDE
from tests.mail_lint import plain_of

LEO = "leo.blin@tilleul.test"
FIRST, SECOND = "trois freins et une sonnette", "deux roues sous la pluie"


@pytest.fixture
def link_for(app, mailroom):
    """Lets the worker have its turn; the link of the latest mail to that address."""

    def link(address):
        with app.app_context():
            jobs.run_due(app.extensions["hopnps"], now=datetime.now(UTC))
        return re.search(r"http\S+/password/\S+", plain_of(mailroom.to(address)[-1].content))[0]

    return link


def test_from_the_invitation_to_a_forgotten_password(page_for, stage, cast, link_for):
    cast.store("Lille Vieux-Lille", "Hauts-de-France")
    admin = page_for("sophie")
    admin.goto("/admin/user/new/")
    admin.get_by_label("Prénom et nom").fill("Léo Blin")
    admin.get_by_label("Mail", exact=True).fill(LEO)
    expect(admin.get_by_role("group", name="Clients que cette personne voit")).to_be_visible()
    admin.get_by_role("checkbox", name=re.compile("Hauts-de-France")).check()
    admin.set_viewport_size(PHONE)  # a region takes two lines there: its stores stand below both
    admin.locator(".tree summary").click()
    store = admin.get_by_text("Lille Vieux-Lille", exact=True)
    expect(store).to_be_visible()
    region = admin.locator(".tree label", has_text="Hauts-de-France").bounding_box()
    assert region["y"] + region["height"] <= store.bounding_box()["y"]
    admin.set_viewport_size(WIDE)
    admin.get_by_role("button", name="Enregistrer").click()
    expect(admin.get_by_text(f"envoi en cours à {LEO}")).to_be_visible()

    phone = stage.page(viewport=PHONE)
    phone.goto(link_for(LEO))
    phone.get_by_label("Nouveau mot de passe").fill(FIRST)
    phone.get_by_role("button", name="Choisir ce mot de passe").click()
    said = phone.get_by_role("status").filter(has_text="Bienvenue")
    expect(said).to_be_visible()
    phone.get_by_role("button", name="Fermer").click()
    expect(said).to_have_count(0)
    phone.goto("/account")
    expect(phone.get_by_text("Hauts-de-France")).to_be_visible()
    phone.get_by_role("button", name="Sombre").click()
    expect(phone.locator("html")).to_have_attribute("data-theme", "dark")

    wide = stage.page(java_script=False)
    wide.goto("/login")
    wide.get_by_role("link", name="Mot de passe oublié").click()
    wide.get_by_label("Adresse mail").fill(LEO)
    wide.get_by_role("button", name="M’envoyer un lien").click()
    expect(wide.get_by_role("heading", name="Regardez vos mails")).to_be_visible()
    wide.goto(link_for(LEO))
    wide.get_by_label("Nouveau mot de passe").fill(SECOND)
    wide.get_by_role("button", name="Choisir ce mot de passe").click()
    expect(wide.locator("html")).to_have_attribute("data-theme", "dark")

    phone.reload()
    expect(phone).to_have_url(re.compile("/login"))
