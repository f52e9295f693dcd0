"""A salesperson at the desk, with the keyboard and with the mouse: one survey leaves, another is refused with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from hopnps.models import Address, Delivery
from tests.browser.stage import PHONE, before_script, beyond


@pytest.fixture
def two_clients(cast, session):
    """Marc may be asked about his repair; Zoé was asked today."""
    cast.interaction(cast.client("marc"), "R-20455", occurred_at=datetime.now(UTC))
    zoe = cast.client("zoe")
    cast.interaction(zoe, "R-20447", occurred_at=datetime.now(UTC))
    session.add(Address(email=zoe.address, last_asked_at=datetime.now(UTC)))
    session.commit()


def test_a_survey_leaves_within_three_clicks_and_another_is_refused(page_for, two_clients, session):
    page = page_for("ines", language="en")
    page.goto("/send")
    page.keyboard.type("oberl")  # the field has the focus
    expect(page.locator(".pick")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator(".verdict")).to_contain_text("May be asked now")
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Marc").first).to_be_visible()
    page.get_by_role("button", name="Send to Marc Oberlin").click()
    page.get_by_role("link", name="See this client").click()
    expect(page.locator("main")).to_contain_text("waiting to leave")

    page.get_by_role("searchbox", name="Find a client").fill("R-20447")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Zoé Lefèvre").click()
    expect(page.locator(".verdict")).to_contain_text("Not before")
    page.goto("/send?q=zoe")
    page.get_by_role("link", name="Zoé Lefèvre").click()
    expect(page.locator(".verdict")).to_contain_text(
        "At least 60 days must pass between two surveys."
    )
    expect(page.get_by_role("button", name="Send to Zoé Lefèvre")).to_be_disabled()

    session.rollback()
    assert session.query(Delivery).count() == 1


def test_letters_typed_before_the_scripts_have_come_find_their_client_too(page_for, two_clients):
    page = page_for("ines")
    with before_script(page, "htmx.min.js"):
        page.goto("/send", wait_until="commit")
        expect(page.locator(".pick")).to_have_count(2)
        page.locator("#find").fill("oberl")

    expect(page.locator(".pick")).to_have_count(1)
    expect(page.locator(".pick")).to_contain_text("Marc Oberlin")


def test_enter_never_takes_a_match_of_other_letters(page_for, two_clients, stage):
    stage.forgive("htmx")
    page = page_for("ines")
    page.route("**/htmx.min.js*", lambda script: script.abort())  # the list stays as it came
    with before_script(page, "finding.js"):
        page.goto("/send", wait_until="commit")
        page.locator("#find").fill("oberl")
    page.wait_for_load_state()

    page.keyboard.press("Enter")

    page.wait_for_url("**/send?q=oberl")
    expect(page.locator(".pick")).to_have_count(1)


def test_enter_waits_for_the_list_of_what_was_typed_last(page_for, two_clients):
    page = page_for("ines")
    page.clock.install()
    page.goto("/send")
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # what is typed waits
    held = []
    page.route("**/send?q=zo", lambda letters: held.append(letters))
    page.locator("#find").fill("zo")
    with page.expect_request("**/send?q=zo"):
        page.clock.run_for(200)
    page.locator("#find").fill("oberl")
    with page.expect_response("**/send?q=zo"):
        held[0].continue_()
    expect(page.locator(".pick")).to_have_count(1)

    page.keyboard.press("Enter")

    page.wait_for_url("**/send?q=oberl")
    expect(page.locator(".pick")).to_contain_text("Marc Oberlin")


def test_the_desk_serves_on_a_phone_without_java_script(page_for, two_clients, session):
    page = page_for("ines", viewport=PHONE, java_script=False)
    page.goto("/send")
    page.get_by_label("Client, mail").fill("marc")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Marc Oberlin").click()
    send = page.get_by_role("button", name="Envoyer à Marc Oberlin")
    expect(send).to_be_visible()
    assert beyond(page) == 0
    send.click()

    expect(page.locator(".toast").first).to_contain_text("Marc Oberlin")
    session.rollback()
    assert session.query(Delivery).count() == 1
