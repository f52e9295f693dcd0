"""Long files that wait -> checked or imported beside the pages: in a thread of the web process, else by the worker.

The thread begins at once, so that no worker is needed and no mail waits for a file; what a killed process left
undone, the worker takes up, or whoever looks at the page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hopnps import database
from hopnps.models import Upload, UploadWork
from hopnps.services import upload_work
from hopnps.services.import_preview import Step, Teller

TELL_SECONDS = 1.0
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


def begin(app: Flask, upload_id: int) -> Thread:
    """Work at this file from now on; the page need not wait."""
    thread = Thread(target=_work_in, args=(app, upload_id), name="hopnps-import", daemon=True)
    thread.start()
    return thread


def take_up_files(turn: Any) -> bool:
    """One step of the clock: a file at whose wish nobody works. True if there was one."""
    upload_id = upload_work.left_alone(turn.session, now=turn.clock())
    turn.session.rollback()
    return upload_id is not None and work(turn.house, upload_id, clock=turn.clock)


def work(house: Any, upload_id: int, *, clock: Clock) -> bool:
    """Do what is wanted of this file, unless somebody is at it; needs an application context."""
    session = house.session
    database.intend(writing=True)
    lease = upload_work.claim(session, upload_id, now=clock())
    session.commit()
    if not lease:
        return False
    try:
        _do(house, upload_id, lease, clock)
    except Exception as error:
        session.rollback()
        log.error("upload %s broke off: %s", upload_id, type(error).__name__)
        database.intend(writing=True)
        upload_work.break_off(session, upload_id, lease)
        session.commit()
    return True


def _work_in(app: Flask, upload_id: int) -> None:
    with app.app_context():
        work(app.extensions["hopnps"], upload_id, clock=lambda: datetime.now(UTC))


def _do(house: Any, upload_id: int, lease: str, clock: Clock) -> None:
    """A check leaves others room to write; what an import wrote is committed together with its end."""
    session = house.session
    writes = session.get_one(UploadWork, upload_id).wish != upload_work.Wish.CHECK
    total = upload_work.about(session.get_one(Upload, upload_id).data)
    session.rollback()
    database.intend(writing=writes)
    tell = _teller(house, upload_id, lease, total, clock)
    report = upload_work.perform(
        session, upload_id, lease, tell=tell, now=clock(), timezone=house.timezone
    )
    if report.get("applied"):
        session.commit()
        return
    session.rollback()
    database.intend(writing=True)
    upload_work.finish(session, upload_id, lease, report)
    session.commit()


def _teller(house: Any, upload_id: int, lease: str, total: int, clock: Clock) -> Teller:
    """Writes down how far it is, once a second, in transactions of its own."""
    last: list[Any] = [None, None]

    def tell(step: Step, lines: int) -> None:
        now = clock()
        if step == last[0] and (now - last[1]).total_seconds() < TELL_SECONDS:
            return
        last[:] = [step, now]
        told = upload_work.told(step, lines, total)
        database.intend(writing=True, patience=0)
        try:
            with Session(house.db.engine) as own:
                upload_work.tell(own, upload_id, lease, told, now=now)
                own.commit()
        except OperationalError:  # SQLite has one writer, and that is the import itself
            pass

    return tell
