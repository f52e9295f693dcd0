"""A Chromium -> pages that fail the test when something on them goes wrong that nobody would see."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route

from hopnps.models import User
from tests.entrance import let_in
from tests.people import COLLEAGUES, PASSWORD, Cast

PHONE = {"width": 375, "height": 812}
WIDE = {"width": 1280, "height": 800}
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves this machine
]
# the first is Chromium without its windows: pages are the same, and tests take half the time
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "no Chromium on this machine (Debian: apt install chromium-headless-shell)"


def chromium() -> str:
    """The path of the installed Chromium; without one the test is skipped, or fails where one is required."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None and os.environ.get("HOPNPS_REQUIRE_BROWSER") == "1":
        pytest.fail(NO_CHROMIUM)
    return found or pytest.skip(NO_CHROMIUM)


def beyond(page: Page) -> int:
    """By how many pixels this page, once it is there, is wider than its window."""
    page.wait_for_load_state()  # a click is over before the page it leads to has any content
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(width, 0)


@contextmanager
def before_script(page: Page, name: str) -> Iterator[None]:
    """What is done on the page that is opened in this block is done before its script of this name has come."""
    held: list[Route] = []
    page.route(f"**/{name}*", lambda script: held.append(script))  # a builtin it does not take
    yield
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.unroute(f"**/{name}*")


@dataclass
class Stage:
    """Opens pages on the served application. `faults` is what went wrong on any of them."""

    browser: Browser
    app: Flask
    url: str
    cast: Cast
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def page(
        self,
        *,
        language: str = "fr",
        viewport: dict[str, int] | None = None,
        java_script: bool = True,
        **options: Any,
    ) -> Page:
        """A page of a visitor nobody knows; relative addresses start at our server.

        `viewport`: WIDE unless PHONE or another is given; `options` go to Playwright's new_context.
        """
        context = self.browser.new_context(
            base_url=self.url,
            locale=LOCALES[language],
            viewport=viewport or WIDE,
            java_script_enabled=java_script,
            **options,
        )
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("request", self._watch_request)
        page = context.new_page()
        page.on("console", self._watch_console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        return page

    def page_for(self, colleague: str, **options: Any) -> Page:
        """An empty page of "camille", "ines" or "sophie", whom the login page has let in; options as for `page`."""
        entry = let_in(self.app, self._known(colleague))
        self._look_anew()
        page = self.page(**options)
        page.context.add_cookies([{"name": entry.cookie, "value": entry.value, "url": self.url}])
        return page

    def log_in(self, page: Page, colleague: str) -> None:
        """Through the form, as they would themselves."""
        email = self._known(colleague).email
        self._look_anew()
        page.goto("/login")
        page.locator("input[name=email]").fill(email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    def forgive(self, words: str) -> None:
        """Say that a fault with these words is expected in this test: a 404 page, say."""
        self.forgiven.append(words)

    def close(self) -> None:
        """Close all pages; the test fails if one of them had a fault."""
        for context in self.contexts:
            context.close()
        left = [
            fault for fault in self.faults if not any(words in fault for words in self.forgiven)
        ]
        assert not left, "\n".join(left)

    def _known(self, colleague: str) -> User:
        found = self.cast.session.query(User).filter_by(email=COLLEAGUES[colleague][0])
        return found.one_or_none() or self.cast.colleague(colleague)

    def _look_anew(self) -> None:
        """What the server writes from now on is to be seen."""
        self.cast.session.rollback()

    def _watch_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:", "blob:", "about:")):
            self.faults.append(f"request to another host: {request.url}")

    def _watch_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            self.faults.append(f"console error: {message.text} ({where})")
