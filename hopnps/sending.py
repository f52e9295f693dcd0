"""Due rows -> mails on their way -> rows again: the one who owns the database session keeps a postman busy.

At any moment a mail is in one place: due (a row that waits), in stock (claimed), out (its start of DATA is recorded, the
postman has it), or over (a verdict that the next transaction records). Out are never more than so many for each
connection, so that a killed process leaves at most these in doubt. No transaction is open while one waits; while mails
are written, one looks again and again whether the postman needs more.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, partial
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from hopnps import database
from hopnps.domain.parcel import Fate, Verdict
from hopnps.mailer import Unreachable
from hopnps.postman import Postman
from hopnps.services import campaign_runs, deliveries, outcomes
from hopnps.services.deliveries import Outgoing
from hopnps.services.policy_refusals import refused_by_policy, too_many
from hopnps.stock import Stock, one_line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SLICE = 20  # mails written before one looks how the postman fares
SHORT_SLICE = 5  # where each of his mails waits for several answers
ROUND_SECONDS = 20.0  # then the other steps of the clock have their turn
STOP_SECONDS = 25.0  # how long what is in flight may take to finish
TICK_SECONDS = 0.05
ONE_WORKER = 0.0005  # seconds after which a busy thread lets the other one have its turn
LEAST_AHEAD = 4  # mails for each connection, of which two are in its hands
FAR_AHEAD = 4  # times what leaves between two ticks
log = logging.getLogger(__name__)


def send_due_mails(turn: Any) -> bool:
    """Send what is due, for a while; False if nothing is, if nothing may leave, or if no mail server can be reached."""
    refusal = turn.house.why_nothing_leaves
    if refusal:
        _say_once(str(refusal))
        return False
    sending = Sending(turn)
    return sending.stock.claim() and sending.run()


class Sending:
    """One round of one worker."""

    def __init__(self, turn: Any) -> None:
        self.turn = turn
        self.session: Session = turn.session
        self.out: dict[int, Outgoing] = {}
        self.over: list[Verdict] = []
        self.most_ahead = max(1, turn.setting("HOPNPS_DATA_AHEAD"))
        self.ahead = min(self.most_ahead, LEAST_AHEAD)
        self.lease_seconds = turn.setting("HOPNPS_LEASE_SECONDS")
        self.stock = Stock(turn, lease_seconds=self.lease_seconds)
        self.renewed = monotonic()
        self.end = self.renewed + ROUND_SECONDS

    def run(self) -> bool:
        """Until nothing is due, the round is over, one is told to stop, or there is no mail server."""
        connections = self.turn.setting("HOPNPS_CONNECTIONS")
        with _short_turns():
            try:
                with Postman(self.turn.house.mailer, connections=connections) as postman:
                    try:
                        self._keep_busy(postman)
                    finally:
                        self._finish(postman)
            finally:
                self._clear_up(postman)
        return postman.trouble is None

    def _keep_busy(self, postman: Postman) -> None:
        stock = self.stock
        while not (postman.trouble or self.turn.stopping()):
            stock.look_again()
            in_time = monotonic() < self.end
            busy = stock.low and in_time
            if busy:
                with postman.meanwhile():
                    stock.claim()
            busy |= stock.write(SLICE if postman.fluent else SHORT_SLICE)
            self.over += postman.take()
            if not busy or self._worth_a_tick(postman):
                self._tick(postman)
            if busy:
                continue
            dry = stock.dry and not stock.look_at
            if not stock.ready and not self.out and (dry or not in_time):
                return
            seconds = TICK_SECONDS if self.out or stock.look_at else 0
            self.over += postman.take(enough=max(1, len(self.out) // 2), seconds=seconds)

    def _worth_a_tick(self, postman: Postman) -> bool:
        """Whether half of what may be out can leave: a transaction for a few mails would cost more than they gain."""
        leaving = min(self._room(postman), len(self.stock.ready))
        return leaving * 2 >= self._allowed(postman) or self._renewal_due()

    def _finish(self, postman: Postman) -> None:
        """Let what is in flight arrive, whatever made us end; what was not begun comes back."""
        self._take_back(postman.recall())
        end = monotonic() + STOP_SECONDS
        while len(self.out) > len(self.over) and monotonic() < end:
            left = len(self.out) - len(self.over)
            self.over += postman.take(enough=left, seconds=TICK_SECONDS)

    def _clear_up(self, postman: Postman) -> None:
        """Whatever happened: what is over is recorded, what never began waits again, what may have left is in doubt."""
        self._take_back(postman.recall())
        self.over += postman.take()
        known = {id(one.parcel) for one in self.over}
        lost = [one for one in self.out.values() if id(one) not in known]
        self.over += [Verdict(one, Fate.DOUBTFUL, words=deliveries.WORKER_STOPPED) for one in lost]
        _patiently(partial(self._record_last, postman), self.session)

    def _record_last(self, postman: Postman) -> None:
        self.stock.write()
        database.intend(writing=True, durable=True)
        if postman.trouble:
            self._put_off(postman.trouble)
        self._record_over()
        outcomes.put_back(self.session, list(self.stock.ready))
        self.session.commit()
        self.out.clear()
        self.stock.ready.clear()
        self.over.clear()

    def _tick(self, postman: Postman) -> None:
        """One transaction: what is over, and which mails may leave next; then they may."""
        stock = self.stock.ready
        room = min(self._room(postman), len(stock))
        batch = [stock.popleft() for _ in range(room)]
        if not (batch or self.over or self._renewal_due()):
            return
        try:
            with postman.meanwhile():
                database.intend(writing=True, durable=True)
                begun = outcomes.record_starts(self.session, batch, now=self.turn.clock())
                self._record_over()
                self._renew()
                self.session.commit()
        except BaseException:
            stock.extendleft(reversed(batch))
            raise
        self._pace(postman.waiting, len(self.over))
        for one in self.over:
            del self.out[one.parcel.delivery_id]  # type: ignore[attr-defined]
        self.over.clear()
        leaving = [one for one in batch if one.delivery_id in begun]
        self.out.update((one.delivery_id, one) for one in leaving)
        postman.backlog = len(self.stock)
        if leaving:
            postman.hand_over(leaving)

    def _room(self, postman: Postman) -> int:
        return max(0, self._allowed(postman) - len(self.out) + len(self.over))

    def _allowed(self, postman: Postman) -> int:
        return max(1, len(postman.lines)) * self.ahead

    def _pace(self, waiting: int, finished: int) -> None:
        """As far ahead as the server is quick: of a slow one, little is in doubt should we be killed."""
        if finished and waiting <= finished:
            self.ahead = min(self.most_ahead, self.ahead * 2)
        elif waiting > FAR_AHEAD * finished:
            self.ahead = max(min(self.most_ahead, LEAST_AHEAD), self.ahead // 2)

    def _record_over(self) -> None:
        now = self.turn.clock()
        pauses = self.turn.setting("HOPNPS_RETRY_SECONDS")
        outcomes.record(self.session, self.over, pauses=pauses, now=now)
        for campaign_id in refused_by_policy(self.over):
            if too_many(self.session, campaign_id):
                campaign_runs.pause(self.session, campaign_id, why=campaign_runs.BY_POLICY, now=now)

    def _take_back(self, recalled: list[Any]) -> None:
        self.over += [Verdict(one, Fate.UNBEGUN) for one in recalled]

    def _put_off(self, trouble: Unreachable) -> None:
        """No mail server: campaigns pause and say why, the rest is tried again later; nothing is failed for it."""
        words, now = one_line(trouble), self.turn.clock()
        log.error("no mail server: %s", words)
        kept: list[Any] = [one.parcel for one in self.over if one.fate in {Fate.UNBEGUN, Fate.CUT}]
        kept += self.stock.ready
        why = campaign_runs.NOT_LET_IN if trouble.login else campaign_runs.UNREACHABLE
        for campaign_id in sorted({one.campaign_id for one in kept if one.campaign_id}):
            campaign_runs.pause(self.session, campaign_id, why=f"{why}\n{words}", now=now)
        outcomes.put_back(self.session, [one for one in kept if one.campaign_id], words=words)
        alone = [one for one in kept if not one.campaign_id]
        pauses = self.turn.setting("HOPNPS_RETRY_SECONDS")
        outcomes.put_off(self.session, alone, words, pauses=pauses, now=now)

    def _renewal_due(self) -> bool:
        return monotonic() - self.renewed > self.lease_seconds / 3

    def _renew(self) -> None:
        if self._renewal_due():
            held = [*self.stock.ready, *self.out.values()]  # what is not written was just claimed
            until = self.turn.clock() + timedelta(seconds=self.lease_seconds)
            outcomes.renew(self.session, held, until=until)
            self.renewed = monotonic()


@cache
def _say_once(words: str) -> None:
    log.error(words)


@contextmanager
def _short_turns() -> Iterator[None]:
    """Two threads of this process take shorter turns: who carries needs many, and little each time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, ONE_WORKER))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _patiently(record: Callable[[], None], session: Session, tries: int = 3) -> None:
    """A last word is worth some patience with the database."""
    for left in reversed(range(tries)):
        try:
            session.rollback()
            return record()
        except SQLAlchemyError:
            if not left:
                raise
            sleep(1)
