"""THE CLOCK: one page of due steps; each does some due work and says whether it found any."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from hopnps import database
from hopnps.import_work import take_up_files
from hopnps.incoming import read_contacts
from hopnps.mailer import Connection, Cut, Unreachable
from hopnps.services import chosen, deliveries, mails, notice_mails, outcomes
from hopnps.services.deliveries import Outgoing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hopnps.models import Delivery
    from hopnps.services.envelopes import ComposedMail

BATCH = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """One turn of the clock: what is due by then is done, and nothing new is begun once `stopping()` says so."""

    house: Any  # the extension, which stands above us
    due_by: datetime
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]

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
    turn = Round(house, due_by or clock(), clock, stopping)
    chosen.ask_again(turn.session)
    found = [_done(step, turn) for step in STEPS]  # each of them, whatever the first found
    return any(found)


def take_back_lapsed(turn: Round) -> bool:
    """What a dead worker held goes back to the others, or is listed as uncertain."""
    taken = deliveries.take_back_lapsed(turn.session, now=turn.clock())
    turn.session.commit()
    return taken > 0


def send_due_mails(turn: Round) -> bool:
    """Claim a batch, write its mails, send them over one connection, record each outcome."""
    session = turn.session
    lease = deliveries.claim(
        session,
        limit=BATCH,
        lease_seconds=turn.setting("HOPNPS_LEASE_SECONDS"),
        due_by=turn.due_by,
        now=turn.clock(),
    )
    session.commit()
    if lease is None:
        return False
    try:
        return _send(turn, _written(turn, lease))
    finally:
        session.rollback()
        deliveries.give_back(session, lease)
        session.commit()


STEPS: tuple[Callable[[Round], bool], ...] = (
    read_contacts,
    take_back_lapsed,
    send_due_mails,
    take_up_files,
)


def _done(step: Callable[[Round], bool], turn: Round) -> bool:
    try:
        return copy_context().run(_as_writer, step, turn)
    except Exception as error:
        turn.session.rollback()
        log.error("%s failed: %s: %s", step.__name__, type(error).__name__, _one_line(error))
        return False


def _as_writer(step: Callable[[Round], bool], turn: Round) -> bool:
    database.intend(writing=True)
    return step(turn)


def _written(turn: Round, lease: str) -> list[Outgoing]:
    """The batch's mails; nothing of the database stays open after it, and nobody waits while they are written."""
    database.intend(writing=False)
    session = turn.session
    ready, faults = deliveries.write(session, lease, partial(_composed, turn))
    session.commit()
    database.intend(writing=True)
    for delivery_id, error in faults:
        log.error("mail %s cannot be written: %s", delivery_id, _one_line(error))
        outcomes.record_fault(session, delivery_id, lease, _one_line(error))
    session.commit()
    return ready


def _composed(turn: Round, delivery: Delivery) -> ComposedMail:
    """A mail to a client or to a colleague, whichever this delivery carries."""
    said: dict[str, Any] = {
        "links": turn.house.links,
        "default_sender": turn.setting("MAIL_DEFAULT_SENDER"),
        "timezone": turn.house.timezone,
        "now": turn.clock(),
        "number": delivery.number,
    }
    if delivery.notice:
        return notice_mails.compose(delivery.notice, **said)
    return mails.compose(delivery.invitation, **said)


def _send(turn: Round, batch: list[Outgoing]) -> bool:
    """Send over one connection, opened again if it breaks. False if no mail server can be reached: no use in
    claiming the next batch at once."""
    waiting = list(batch)
    while waiting and not turn.stopping():
        try:
            with turn.house.mailer.connect() as connection:
                _send_over(turn, connection, waiting)
        except Unreachable as error:
            log.error("no mail server: %s", _one_line(error))
            _put_off(turn, waiting, str(error))
            return False
    return True


def _send_over(turn: Round, connection: Connection, waiting: list[Outgoing]) -> None:
    """Send what is waiting, in order, as long as the line holds."""
    while waiting and connection.open and not turn.stopping():
        outgoing = waiting[0]
        try:
            reply = connection.deliver(
                outgoing.mail, before_data=partial(_data_starts, turn, outgoing)
            )
        except Cut as cut:
            outcomes.record_cut(
                turn.session,
                outgoing,
                str(cut),
                in_data=cut.in_data,
                **_pauses(turn),
            )
        else:
            if reply is not None:
                outcomes.record_answer(turn.session, outgoing, reply, **_pauses(turn))
        turn.session.commit()
        del waiting[0]


def _data_starts(turn: Round, outgoing: Outgoing) -> bool:
    lease_seconds = turn.setting("HOPNPS_LEASE_SECONDS")
    ours = outcomes.record_data_start(
        turn.session, outgoing, lease_seconds=lease_seconds, now=turn.clock()
    )
    turn.session.commit()
    return ours


def _put_off(turn: Round, waiting: list[Outgoing], words: str) -> None:
    for outgoing in waiting:
        outcomes.put_off(turn.session, outgoing, words, **_pauses(turn))
    turn.session.commit()


def _pauses(turn: Round) -> dict[str, Any]:
    return {"pauses": turn.setting("HOPNPS_RETRY_SECONDS"), "now": turn.clock()}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
