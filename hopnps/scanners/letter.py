"""One mail of a trial: its links, when the server took it, and a caller who opens them at chosen moments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from hopnps import doors
from hopnps.links import Links

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
)
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
_NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@dataclass(frozen=True)
class Letter:
    """`number` is its invitation's, `sent_at` when the server accepted it."""

    number: int
    sent_at: datetime
    links: Links

    @property
    def answer(self) -> str:
        return self._path(self.links.answer(self.number))

    @property
    def unsubscribe(self) -> str:
        return self._path(self.links.unsubscribe(self.number))

    @property
    def honeypot(self) -> str:
        return self._path(self.links.honeypot(self.number))

    def score(self, score: int) -> str:
        return f"{self.answer}/{score}"

    @property
    def scores(self) -> list[str]:
        return [self.score(score) for score in range(11)]

    @property
    def html_links(self) -> list[str]:
        """All that stand in the HTML part, in its order."""
        return [self.honeypot, *self.scores, self.unsubscribe]

    @property
    def text_links(self) -> list[str]:
        """All that stand in the text part: nothing can be hidden there."""
        return [*self.scores, self.unsubscribe]

    def _path(self, address: str) -> str:
        return address.removeprefix(self.links.public_url)


@dataclass
class Caller:
    """Opens pages as a program of this name at this address; `at` is its clock."""

    app: Flask
    at: datetime
    user_agent: str = FIREFOX
    address: str = "198.51.100.7"
    seen: list[int] = field(default_factory=list)  # the status of each answer

    def wait(self, seconds: float) -> Caller:
        self.at += timedelta(seconds=seconds)
        return self

    def open(self, path: str, method: str = "GET", **headers: str) -> str:
        return self._ask(path, method=method, headers=headers)

    def look(self, path: str, **headers: str) -> str:
        """Open a page as a browser does: with its style sheet, a moment later."""
        page = self.open(path, **headers)
        self.wait(0.3).open(f"{path.rpartition('/')[0]}/page.css", **headers)
        return page

    def send(self, page: str, path: str, score: int, **typed: str) -> int:
        """Send the form of a page back, with its nonce; the status of the answer."""
        found = _NONCE.search(page)
        nonce = found[1] if found else ""
        form = {"nonce": nonce, "score": str(score), **typed}
        self._ask(path, method="POST", data=form)
        return self.seen[-1]

    def _ask(self, path: str, *, headers: Any = None, **options: Any) -> str:
        names = {name.replace("_", "-"): words for name, words in (headers or {}).items()}
        with doors.stopped_at(self.at):
            answer = self.app.test_client(use_cookies=False).open(
                path,
                headers={"User-Agent": self.user_agent, **names},
                environ_base={"REMOTE_ADDR": self.address},
                **options,
            )
        self.seen.append(answer.status_code)
        return answer.text
