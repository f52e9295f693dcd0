"""The uses of each link in the last minute -> whether one more is heard.

Each process counts for itself: with several the limit is so many times as high, which still keeps a robot from wearing
out the database; how many rows it can leave is bounded there (services/clicks.py). A counter of our own, since one of a
library costs more than the page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic

MOST, SECONDS = 60, 60.0
LINKS_REMEMBERED = 20_000


class Uses:
    """A moving window: a link that rested for a minute is heard again."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._uses: dict[Hashable, deque[float]] = {}

    def hear(self, link: Hashable) -> bool:
        """Count one more use, unless there were MOST in the last SECONDS."""
        now = self._clock()
        with self._lock:
            uses = self._uses.get(link)
            if uses is None:
                if len(self._uses) >= LINKS_REMEMBERED:
                    self._forget(now)
                uses = self._uses[link] = deque()
            while uses and now - uses[0] >= SECONDS:
                uses.popleft()
            if len(uses) >= MOST:
                return False
            uses.append(now)
            return True

    def reset(self) -> None:
        self._uses.clear()

    def _forget(self, now: float) -> None:
        """Links that rest; should none, the oldest half: memory is bounded whatever comes."""
        resting = [link for link, uses in self._uses.items() if now - uses[-1] >= SECONDS]
        for link in resting or list(self._uses)[: LINKS_REMEMBERED // 2]:
            del self._uses[link]
