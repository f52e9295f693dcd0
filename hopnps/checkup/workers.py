"""Processes that send -> whether one is at work, and whether mails wait in vain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hopnps.checkup.finding import Finding, fault, ok, warning
from hopnps.i18n import gettext as _
from hopnps.models import Delivery, DeliveryState, Worker

ALIVE = timedelta(seconds=60)
LATE = timedelta(minutes=10)
_CHECK = "workers"


def look(house: Any, *, now: datetime) -> Iterator[Finding]:
    """Who was seen in the last minute, and the mail that waits longest."""
    workers = house.session.scalars(sa.select(Worker).order_by(Worker.name)).all()
    alive = [one.name for one in workers if now - one.seen_at <= ALIVE]
    due = sa.select(sa.func.min(Delivery.due_at, type_=Delivery.due_at.type))
    longest = house.session.scalar(
        due.where(Delivery.state == DeliveryState.WAITING, Delivery.campaign_id.is_(None))
    )
    house.session.rollback()
    if not alive:
        yield fault(
            _CHECK,
            _("No worker is at work: no mail leaves."),
            _("Start hopnps worker, and let the system start it again (see docs/operations.md)."),
        )
        return
    yield ok(_CHECK, _("At work: %(names)s.", names=", ".join(alive)))
    dead = [one.name for one in workers if one.name not in alive]
    if dead:
        yield warning(
            _CHECK,
            _("No longer seen: %(names)s.", names=", ".join(dead)),
            _(
                "Nothing is lost: their mails went to the others. Start them again if they are missed."
            ),
        )
    if longest and now - longest > LATE:
        yield warning(
            _CHECK,
            _("A mail has been waiting for more than ten minutes."),
            _("Look at the log of hopnps worker."),
        )
