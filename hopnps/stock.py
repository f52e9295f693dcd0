"""Due rows -> claimed ones, and their mails, written some at a time: what one worker holds that nobody carries yet.

Claiming takes a transaction, in which the batch is read too; writing needs no database, so that it goes on in small
steps while the mails before it travel.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from hopnps import database
from hopnps.services import chosen, claims, outcomes, pacing
from hopnps.services.deliveries import Outgoing
from hopnps.services.letters import Each, Unwritable

BATCH = 200  # rows claimed at once
_ENVELOPE = re.compile(r"[!-;=?-~]+")
_Bad = tuple[claims.Lease, int, str]  # a mail that cannot be written, and why
log = logging.getLogger(__name__)


class Stock:
    """`ready` are the mails that may be handed over; `dry` says that nothing more is due."""

    def __init__(self, turn: Any, *, lease_seconds: int) -> None:
        self.ready: deque[Outgoing] = deque()
        self.dry = False
        self.look_at: float | None = None  # though dry: a rate will let more go by then
        self._turn, self._lease_seconds = turn, lease_seconds
        self._session: Session = turn.session
        self._walk = claims.Walk()
        self._coming: deque[tuple[claims.Lease, Each]] = deque()
        self._unwritten = 0
        self._looked, self._settings_read = turn.clock(), monotonic()

    def __len__(self) -> int:
        return len(self.ready) + self._unwritten

    @property
    def low(self) -> bool:
        """Whether it is time for the next batch: early enough that some are ready while it is claimed."""
        return not self.dry and len(self) < BATCH

    def claim(self) -> bool:
        """Claim and read the next batch; False if nothing is due."""
        turn = self._turn
        database.intend(writing=True)
        lease = claims.claim(
            self._session,
            limit=BATCH,
            lease_seconds=self._lease_seconds,
            due_by=turn.due_by,
            now=turn.clock(),
            walk=self._walk,
            cadence=turn.house.cadence,
            hold_back=partial(self._hold_back, now=turn.clock()),
        )
        self._session.commit()
        if lease is None:
            self.dry = True
            self._await_share()
            return False
        database.intend(writing=False)
        coming = turn.house.letters.begin(self._session, lease, now=turn.clock())
        self._session.commit()
        if coming.number:
            self._coming.append((lease, coming.mails))
            self._unwritten += coming.number
        return True

    def write(self, most: int | None = None) -> bool:
        """Write so many more mails, or all; False if there are none."""
        if not self._unwritten:
            return False
        bad: list[_Bad] = []
        for lease, one in islice(self._next(), most):
            self._unwritten -= 1
            if isinstance(one, Unwritable):
                bad.append((lease, one.delivery_id, one_line(one.error)))
            elif _can_travel(one):
                self.ready.append(one)
            else:
                bad.append((lease, one.delivery_id, "no address"))
        if bad:
            self._record_faults(bad)
        return True

    def _next(self) -> Iterator[tuple[claims.Lease, Outgoing | Unwritable]]:
        """Those to be written, batch after batch; who stops goes on there the next time."""
        while self._coming:
            lease, mails = self._coming[0]
            for one in mails:
                yield lease, one
            self._coming.popleft()

    def look_again(self) -> None:
        """When a rate lets more go, though nothing was due a moment ago."""
        if self.look_at and monotonic() >= self.look_at:
            self.dry, self.look_at = False, None
            self._walk.look_again()

    def _hold_back(self, lease: claims.Lease, *, now: datetime) -> int:
        """Those whose hour or turn it is not; what was changed on the screen counts within a second."""
        if monotonic() - self._settings_read > 1:
            chosen.ask_again(self._session)
            self._settings_read = monotonic()
        return pacing.hold_back(self._session, lease, setting=self._turn.setting, now=now)

    def _await_share(self) -> None:
        """A rate lets mails go bit by bit; where the clock stands still, as in tests, there is nothing to wait for."""
        now = self._turn.clock()
        database.intend(writing=False)
        pause = pacing.pulse(self._session, setting=self._turn.setting, now=now)
        self._session.rollback()
        moves = now != self._looked
        self.look_at = monotonic() + pause if pause and moves else None
        self._looked = now

    def _record_faults(self, bad: Iterable[_Bad]) -> None:
        database.intend(writing=True)
        for lease, delivery_id, words in bad:
            log.error("mail %s cannot be written: %s", delivery_id, words)
            outcomes.record_fault(self._session, delivery_id, lease, words)
        self._session.commit()


def _can_travel(mail: Outgoing) -> bool:
    """Whether its envelope can be said on one line."""
    return bool(_ENVELOPE.fullmatch(mail.mail.recipient) and _ENVELOPE.fullmatch(mail.mail.sender))


def one_line(error: Exception) -> str:
    """An error's words for a log or a row."""
    return " ".join(str(error).split())[:300]
