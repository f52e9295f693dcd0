"""Somebody else's CRM: staff close a ticket, send a survey from its page; the client answers and unsubscribes."""

from __future__ import annotations

import urllib.request
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from examples.host.__main__ import prepare, settings
from examples.host.crm import create_app
from hopnps import jobs
from tests.browser.stage import PHONE, Stage, beyond

ROSE = "rose.tisserand@example.org"


@pytest.fixture
def crm(door, mailroom, tmp_path):
    """The example as `make host` runs it, on this test's folder."""
    app = create_app(**settings(tmp_path, door.url, mailroom.port))
    prepare(app)
    door.app = app
    yield app
    door.app = None
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def crm_stage(browser, crm, door):
    stage = Stage(browser, crm, door.url, cast=None)
    yield stage
    stage.close()


def test_from_a_closed_ticket_to_the_clients_answer(crm, crm_stage, mailroom):
    maya = crm_stage.page(language="en")
    _close_ticket(maya)
    expect(maya.get_by_role("button", name="Ask Rose Tisserand how it went")).to_be_visible()
    maya.get_by_role("button", name="Ask Rose Tisserand how it went").click()
    expect(maya.get_by_role("status")).to_contain_text("is asked about T-0001")
    _work(crm)

    mail = mailroom.to(ROSE)[0].message
    _answer(crm_stage, mail)
    maya.get_by_role("link", name="Rose Tisserand").click()
    told = maya.locator("main").inner_text()
    assert "Last score: 9 of 10" in told
    assert "Quick and kind." in told
    assert "(about T-0001)" in told

    assert _one_click(mail) == 200
    maya.reload()
    expect(maya.locator("main")).to_contain_text("wants no surveys")
    _is_refused_now(maya)


def test_our_pages_wear_the_hosts_dress(crm_stage):
    paul = crm_stage.page(language="en", viewport=PHONE)
    _log_in(paul, "Paul Lindon")
    paul.get_by_role("link", name="Surveys", exact=True).click()
    expect(paul.locator(".bar b")).to_have_text("Lindon CRM")
    expect(paul.locator("h1")).to_have_count(1)
    for room in ("contact", "survey", "store"):
        paul.goto(f"/nps/admin/{room}/")
        assert beyond(paul) == 0
        assert paul.evaluate("getComputedStyle(document.querySelector('.bar a')).color") == (
            "rgb(255, 255, 255)"
        )
    crm_stage.forgive("favicon.ico")  # of the host's own admin
    paul.goto("/admin/crm_client/")
    assert "Rose Tisserand" in paul.content()


def _close_ticket(page: Page) -> None:
    _log_in(page, "Maya Okafor")
    page.get_by_role("link", name="Rose Tisserand").click()
    page.get_by_role("link", name="T-0001").click()
    page.get_by_role("button", name="Close the ticket").click()


def _log_in(page: Page, name: str) -> None:
    page.goto("/login")
    page.get_by_role("button", name=name).click()


def _work(app) -> None:
    with app.app_context():
        while jobs.run_due(app.extensions["hopnps"]):
            pass


def _answer(stage: Stage, mail: EmailMessage) -> None:
    phone = stage.page(viewport=PHONE)
    phone.set_content(mail.get_body(("html",)).get_content())
    phone.locator('a[href*="/nps/s/"][href$="/9"]').first.click()
    phone.locator("textarea").fill("Quick and kind.")
    phone.locator("main form button, form button").last.click()
    phone.wait_for_load_state()


def _one_click(mail: EmailMessage) -> int:
    """What a mail program sends (RFC 8058): a POST without cookie or token."""
    address = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    request = urllib.request.Request(address, data=b"List-Unsubscribe=One-Click")
    with urllib.request.urlopen(request) as answer:
        return answer.status


def _is_refused_now(page: Page) -> None:
    page.get_by_label("New ticket").fill("It leaks again")
    page.get_by_role("button", name="Open").click()
    page.get_by_role("button", name="Close the ticket").click()
    expect(page.locator("main")).to_contain_text("asked to receive no more mails")
