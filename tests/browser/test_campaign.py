"""A marketer walks a campaign from the first question to the people behind a number, on a wide screen and on a phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from hopnps import jobs
from tests.browser.stage import PHONE, beyond


def test_a_marketer_walks_the_steps_launches_and_watches(page_for, desk, house, cast, mailroom):
    for name in ("claire", "marc", "tom"):
        cast.client(name)
    cast.client("zoe", email="", address="")
    desk.survey()
    camille = page_for("camille", viewport=PHONE, language="en")

    _walk_the_steps(camille)
    _send_a_test(camille)
    _work(house)
    assert [one.recipient for one in mailroom.mails] == ["camille.arnoux@tilleul.test"]

    _launch(camille)
    _work(house)
    expect(camille.locator("#run-title")).to_have_text("3 mails sent of 3", timeout=15_000)
    camille.locator("#run a", has_text="3").first.click()
    _fits(camille)
    expect(camille.get_by_role("link", name="Claire Delmas")).to_be_visible()
    camille.get_by_role("searchbox").last.fill("oberlin")
    expect(camille.get_by_role("link", name="Claire Delmas")).to_be_hidden()
    expect(camille.get_by_role("link", name="Marc Oberlin")).to_be_visible()


def test_without_javascript_every_step_is_walked_as_well(page_for, desk, cast):
    cast.client("claire")
    desk.survey()
    camille = page_for("camille", language="en", java_script=False)

    camille.goto("/campaigns/new")
    camille.get_by_label("Name of the campaign").fill("Spring")
    camille.keyboard.press("Enter")
    camille.get_by_label("Segment").select_option("everyone")
    camille.get_by_role("button", name="Look").click()
    expect(camille.locator("#found")).to_contain_text("Claire Delmas")
    camille.get_by_role("button", name="Continue").last.click()
    camille.get_by_role("button", name="Back").click()
    expect(camille.get_by_label("Segment")).to_have_value("everyone")
    camille.get_by_role("button", name="To the check").click()

    expect(camille.get_by_role("heading", level=1)).to_have_text("Spring: before the launch")
    camille.get_by_role("link", name="When").click()
    camille.get_by_text("Hours and pace").click()
    expect(camille.get_by_label("Mails a minute, at most")).to_be_visible()


def _walk_the_steps(page: Page) -> None:
    page.goto("/campaigns/new")
    _fits(page)
    page.get_by_label("Name of the campaign").fill("Spring")
    page.get_by_role("button", name="Continue").last.click()
    _fits(page)
    page.get_by_label("Segment").select_option("everyone")
    expect(page.locator("#found")).to_contain_text("Claire Delmas")  # no button was pressed
    page.get_by_role("button", name="Continue").last.click()
    _fits(page)
    expect(page.locator("#letters")).to_contain_text("As Claire Delmas will see it.")
    page.get_by_role("button", name="Continue").last.click()
    _fits(page)
    page.get_by_role("button", name="See who will get it").click()
    _fits(page)
    expect(page.get_by_role("main")).to_contain_text("Without an address")


def _send_a_test(page: Page) -> None:
    page.get_by_role("button", name="Send me this mail as a test").click()
    expect(page.get_by_role("main")).to_contain_text(
        "A test was sent to camille.arnoux@tilleul.test"
    )


def _launch(page: Page) -> None:
    page.get_by_role("link", name="Send to 3 people").click()
    _fits(page)
    expect(page.get_by_role("main")).to_contain_text("A mail that has left cannot be called back.")
    page.get_by_role("button", name="Send to 3 people").dblclick()
    expect(page.locator("#run-title")).to_have_text("0 mails sent of 3")
    _fits(page)


def _work(house) -> None:
    while jobs.run_due(house):
        pass


def _fits(page: Page) -> None:
    assert beyond(page) == 0, page.url
