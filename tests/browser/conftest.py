"""The browser's stage: a real server on a free port, a real Chromium, pages that tell their faults.

    stage.page(viewport=PHONE, language="en", java_script=False)   any visitor
    phone, wide                                                    two of them, in French
    page_for("camille")                                            a colleague, let in

These tests run on SQLite, whatever the others run on, unless `--database postgresql` asks for that one alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.server import serving
from tests.browser.stage import ARGUMENTS, PHONE, WIDE, Stage, chromium

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def databases(request):
    chosen = request.config.getoption("database")
    kind = "postgresql" if chosen == "postgresql" else "sqlite"
    return request.getfixturevalue(f"{kind}_databases")


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def door():
    """A server for each test: what an earlier test's page still asks for reaches nobody."""
    with serving() as door:
        yield door


@pytest.fixture
def settings(browser, door):
    """Links in mails lead to the served application. A module that overrides this adds to it."""
    return {"HOPNPS_PUBLIC_URL": door.url}


@pytest.fixture
def served(app, door):
    """The address of the application, which answers there."""
    door.app = app
    return door.url


@pytest.fixture
def stage(browser, app, served, cast):
    stage = Stage(browser, app, served, cast)
    yield stage
    stage.close()


@pytest.fixture
def page_for(stage):
    return stage.page_for


@pytest.fixture
def phone(stage):
    return stage.page(viewport=PHONE)


@pytest.fixture
def wide(stage):
    return stage.page(viewport=WIDE)
