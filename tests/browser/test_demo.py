"""What a newcomer does: start the demo, launch what waits there, answer a mail, see the answer count."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hopnps.demo import company
from tests.browser.stage import Stage

ROOT = Path(__file__).parents[2]
COMMENT = "Le vélo roule comme au premier jour."


@pytest.fixture
def demo(tmp_path):
    """`hopnps demo` as it is started from a shell; yields its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from hopnps.app import main; main()", "demo"],
        env={**os.environ, "HOPNPS_INSTANCE": str(tmp_path), "LANG": "C"},
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    said = ""
    while "Password" not in said and process.poll() is None:
        said += process.stdout.readline()
    yield re.search(r"Address +(\S+)", said)[1]
    process.terminate()
    process.wait(timeout=30)
    process.stdout.close()


@pytest.fixture
def stage(browser, demo):
    stage = Stage(browser, None, demo, None)
    yield stage
    stage.close()


@pytest.fixture
def marketer(stage):
    page = stage.page(language="en")
    page.goto("/login")
    page.locator("input[name=email]").fill("marketer@example.org")
    page.locator("input[name=password]").fill(company.PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def answers(page) -> int:
    """How many answers the dashboard counts."""
    page.goto("/dashboard")
    told = page.locator("main").inner_text()
    return int(re.search(r"on (\d[\d,]*) answers", told)[1].replace(",", ""))


def test_a_newcomer_sees_an_answer_count_within_minutes(marketer, stage):
    before = answers(marketer)

    launch_what_waits(marketer)
    answer(first_mail(marketer), score=9)

    assert answers(marketer) == before + 1
    expect(marketer.locator("main")).to_contain_text(COMMENT)


def launch_what_waits(page) -> None:
    page.goto("/campaigns")
    page.get_by_role("link", name="Notre relation, Ouest et Sud").click()
    page.get_by_role("link", name=re.compile("^Send to ")).click()
    page.get_by_role("button", name=re.compile("^Send to ")).click()
    expect(page.locator("main")).not_to_contain_text("Send to ")


def first_mail(page):
    """The page of the first mail that arrives."""
    mails = page.locator(".letter-line a")
    for _attempt in range(60):
        page.goto("/mailbox")
        if mails.count():
            break
        page.wait_for_timeout(500)
    mails.first.click()
    return page


def answer(page, score: int) -> None:
    """Click that score in the mail, which opens a tab, and say why."""
    with page.expect_popup() as opened:
        page.frame_locator("iframe").locator(f'a[href$="/{score}"]').click()
    tab = opened.value
    tab.locator("textarea").fill(COMMENT)
    tab.locator("main form button").last.click()
    tab.wait_for_load_state()
    tab.close()
