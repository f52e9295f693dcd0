"""Due rows of each queue -> a batch under a lease, without those who should get no mail any more.

A queue is a running campaign; what belongs to none (one-shots, notices, test mails) is a queue too, and comes first.
A worker walks along each queue by its key, so that it never meets again what it has left behind: while somebody
holds an old snapshot, PostgreSQL cannot forget a row that is no longer waiting.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.models import Campaign, Delivery, DeliveryState
from hopnps.services.id_sets import among_found
from hopnps.services.leases import Lease
from hopnps.services.withholding import set_aside

Queue = int | None  # a campaign's number
FEW = 20  # rows taken where a rate or hours held nearly all back
_START = (datetime(1, 1, 2, tzinfo=UTC), 0)
_table: Any = Delivery.__table__


class Walk:
    """How far one worker has come in each queue."""

    def __init__(self) -> None:
        self._turns: deque[Queue] = deque()
        self._reached: dict[Queue, tuple[datetime, int]] = {}
        self._most: dict[Queue, int] = {}

    def next_batch(
        self, session: Session, *, limit: int, until: datetime, due_by: datetime, now: datetime
    ) -> Lease | None:
        """The next due rows of the queue whose turn it is, held until then; None if no queue has any."""
        if not self._turns:
            self._turns.extend(_queues(session, due_by, now))
        while self._turns:
            queue = self._turns[0]
            most = min(limit, self._most.get(queue, limit))
            taken = self._take(session, queue, most, until, due_by, now)
            if taken is not None:
                if queue is not None:
                    self._turns.rotate(-1)
                return taken
            self._turns.popleft()
        return None

    def learn(self, queue: Queue, taken: int, held: int) -> None:
        """Of so many taken, so many were held back: no more are taken next than may leave, about; where none might,
        those who may are looked for in longer and longer steps."""
        if held:
            self._most[queue] = max(FEW, 2 * (taken - held or taken))
        elif queue in self._most:
            self._most[queue] = 2 * taken

    def look_again(self) -> None:
        """Ask which queues there are now; each is gone on with from where it was left."""
        self._turns.clear()

    def _take(
        self,
        session: Session,
        queue: Queue,
        limit: int,
        until: datetime,
        due_by: datetime,
        now: datetime,
    ) -> Lease | None:
        """From where we are; at the end once more from the start, for what was put there meanwhile."""
        for start in dict.fromkeys((self._reached.get(queue, _START), _START)):
            lease = uuid4().hex
            said = {
                "queue": queue,
                "due_by": due_by,
                "now": now,
                "after_at": start[0],
                "after_id": start[1],
                "most": limit,
                "taken_by": lease,
                "until": until,
            }
            found = session.connection().execute(_taking(queue is not None), said).all()
            if found:
                self._reached[queue] = max((due_at, row) for row, due_at in found)
                return Lease(lease, sorted(row for row, _due_at in found), queue)
        self._reached.pop(queue, None)
        return None


def claim(
    session: Session,
    *,
    limit: int,
    lease_seconds: int,
    due_by: datetime,
    now: datetime,
    walk: Walk | None = None,
    cadence: Cadence | None = None,
    hold_back: Callable[[Lease], int] | None = None,
) -> Lease | None:
    """Take a batch of due mails, in one statement; their lease, or None if nothing is due.

    Those who should get no mail by now are set aside as skipped; `hold_back` puts off those for whom it is not the
    time. Either may leave the lease without any row.
    """
    walk = walk or Walk()
    lease = walk.next_batch(
        session, limit=limit, until=now + timedelta(seconds=lease_seconds), due_by=due_by, now=now
    )
    if lease is not None:
        set_aside(session, lease, cadence or Cadence(0), now=now)
        if hold_back:
            walk.learn(lease.queue, len(lease.ids), hold_back(lease))
    return lease


def _queues(session: Session, due_by: datetime, now: datetime) -> list[Queue]:
    """Where something is due, the oldest campaign first."""
    # by its first row: for a mere EXISTS, PostgreSQL would read all that waits, of all campaigns
    first = (
        sa.select(_table.c.id)
        .where(
            _table.c.state == DeliveryState.WAITING,
            _table.c.campaign_id == Campaign.id,
            _table.c.due_at <= due_by,
        )
        .order_by(_table.c.due_at, _table.c.id)
        .limit(1)
        .correlate(Campaign)
        .scalar_subquery()
    )
    running = (
        sa.select(Campaign.id)
        .where(
            Campaign.launched_at.is_not(None),
            Campaign.paused_at.is_(None),
            Campaign.cancelled_at.is_(None),
            _goes_on(now),
            first.is_not(None),
        )
        .order_by(Campaign.id)
    )
    return [None, *session.connection().scalars(running)]


def _goes_on(now: Any) -> sa.ColumnElement[bool]:
    """Neither hours nor a rate hold the campaign."""
    return sa.or_(Campaign.held_until.is_(None), Campaign.held_until <= now)


@cache
def _taking(of_campaign: bool) -> Any:
    """The claim of one queue; a campaign that was stopped or is held since a moment ago gives nothing."""
    row = _table.c
    moment = row.due_at.type
    if of_campaign:
        number = sa.bindparam("queue", type_=sa.Integer)
        runs = sa.exists().where(
            Campaign.id == number,
            Campaign.paused_at.is_(None),
            Campaign.cancelled_at.is_(None),
            _goes_on(sa.bindparam("now", type_=moment)),
        )
        queue = sa.and_(row.campaign_id == number, runs)
    else:
        queue = row.campaign_id.is_(None)
    due = (
        sa.select(row.id)
        .where(
            row.state == sa.literal_column("'waiting'"),
            queue,
            row.due_at <= sa.bindparam("due_by", type_=moment),
            sa.tuple_(row.due_at, row.id)
            > sa.tuple_(sa.bindparam("after_at", type_=moment), sa.bindparam("after_id")),
        )
        .order_by(row.due_at, row.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True, of=_table)
        .cte("due")
    )
    return (
        sa.update(_table)
        .where(among_found(row.id, sa.select(due.c.id)))
        .values(
            state=DeliveryState.SENDING,
            lease=sa.bindparam("taken_by"),
            leased_until=sa.bindparam("until", type_=moment),
            data_at=None,
        )
        .returning(row.id, row.due_at)
    )
