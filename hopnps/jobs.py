"""THE CLOCK: one page of due steps; each does some due work and says whether it found any."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hopnps import database
from hopnps.bounce_mailbox import read_bounces
from hopnps.campaign_turns import keep_campaigns_going
from hopnps.import_work import take_up_files
from hopnps.incoming import read_contacts
from hopnps.judging import judge_visits
from hopnps.sending import send_due_mails
from hopnps.services import chosen, deliveries, pacing, workers
from hopnps.stock import one_line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """One turn of the clock: what is due is done, and nothing new is begun once `stopping()` says so."""

    house: Any  # the extension, which stands above us
    until: datetime | None  # None: what becomes due while it lasts is done as well
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]

    @property
    def due_by(self) -> datetime:
        return self.until or self.clock()

    @property
    def session(self) -> Session:
        return self.house.session

    def setting(self, key: str) -> Any:
        return self.house.setting(key)


def run_due(
    house: Any,
    *,
    now: datetime | None = None,
    due_by: datetime | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Do each step once; True if any found work, so that it is worth calling again at once.

    `now` stops the clock there (for tests); `due_by` leaves for later what becomes due after it.
    Needs an application context. A step that fails is logged and does not stop the others.
    """
    clock = (lambda: now) if now else (lambda: datetime.now(UTC))
    turn = Round(house, due_by, clock, stopping)
    chosen.ask_again(turn.session)
    found = [_done(step, turn) for step in STEPS]  # each of them, whatever the first found
    return any(found)


def sign_on(turn: Round) -> bool:
    """This process works; said now and then, and no work found."""
    now, seen = turn.clock(), turn.house.worker_seen_at
    if seen is None or abs((now - seen).total_seconds()) >= workers.SEEN_SECONDS:
        workers.sign_on(turn.session, workers.own_name(), now=now)
        turn.session.commit()
        turn.house.worker_seen_at = now
    return False


def sign_off(house: Any) -> None:
    """This process stops as it should; needs an application context."""
    database.intend(writing=True)
    workers.sign_off(house.session, workers.own_name())
    house.session.commit()
    house.worker_seen_at = None


def soon(house: Any) -> float | None:
    """Seconds after which it is worth looking again though nothing was due, as a rate lets mails go bit by bit."""
    database.intend(writing=False)
    found = pacing.pulse(house.session, setting=house.setting, now=datetime.now(UTC))
    house.session.rollback()
    return found


def take_back_lapsed(turn: Round) -> bool:
    """What a dead worker held goes back to the others, or is listed as uncertain."""
    taken = deliveries.take_back_lapsed(turn.session, now=turn.clock())
    turn.session.commit()
    return taken > 0


STEPS: tuple[Callable[[Round], bool], ...] = (
    sign_on,
    read_contacts,
    take_back_lapsed,
    keep_campaigns_going,
    send_due_mails,
    read_bounces,
    judge_visits,
    take_up_files,
)


def _done(step: Callable[[Round], bool], turn: Round) -> bool:
    try:
        return copy_context().run(_as_writer, step, turn)
    except Exception as error:
        turn.session.rollback()
        log.error("%s failed: %s: %s", step.__name__, type(error).__name__, one_line(error))
        return False


def _as_writer(step: Callable[[Round], bool], turn: Round) -> bool:
    database.intend(writing=True)
    return step(turn)
