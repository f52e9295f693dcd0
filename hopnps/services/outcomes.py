"""What happened to one mail on the line -> the state of its delivery.

Each write names the lease: a worker that was given up for dead changes nothing that others have taken over, but
may still say "sent" of a mail that was only in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.smtp_reply import Reply
from hopnps.models import Delivery, DeliveryState
from hopnps.services import addresses, events
from hopnps.services.deliveries import Outgoing, mine

_QUIET = {"synchronize_session": False}


def record_data_start(
    session: Session, outgoing: Outgoing, *, lease_seconds: int, now: datetime
) -> bool:
    """Say, before it happens, that this mail may have left from now on; False if its lease is lost.

    The lease of the whole batch is renewed: its worker lives.
    """
    started = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == outgoing.delivery_id, mine(outgoing.lease))
        .values(data_at=now, message_id=outgoing.mail.message_id),
        execution_options=_QUIET,
    )
    session.execute(
        sa.update(Delivery)
        .where(mine(outgoing.lease))
        .values(leased_until=now + timedelta(seconds=lease_seconds)),
        execution_options=_QUIET,
    )
    return bool(started.rowcount)  # type: ignore[attr-defined]


def record_answer(
    session: Session, outgoing: Outgoing, reply: Reply, *, pauses: Sequence[int], now: datetime
) -> None:
    """Write down what the mail server said of one mail. Sent is its 250, nothing else."""
    if reply.accepted:
        sent = _settle(session, outgoing, state=DeliveryState.SENT, sent_at=now, reason="")
        if sent and outgoing.invitation_id:
            events.note(session, "invitation_sent", invitation_id=outgoing.invitation_id)
    elif reply.temporary:
        put_off(session, outgoing, str(reply), pauses=pauses, now=now)
    else:
        _settle(session, outgoing, state=DeliveryState.FAILED, reason=str(reply))
        if reply.means_no_such_address and outgoing.address_id:
            addresses.suppress(session, outgoing.address_id, str(reply), now=now)


def record_cut(
    session: Session,
    outgoing: Outgoing,
    words: str,
    *,
    in_data: bool,
    pauses: Sequence[int],
    now: datetime,
) -> None:
    """The line broke: in doubt once DATA had begun, and then never sent again by itself; else put off."""
    if in_data:
        _settle(session, outgoing, state=DeliveryState.UNCERTAIN, reason=words)
    else:
        put_off(session, outgoing, words, pauses=pauses, now=now)


def put_off(
    session: Session, outgoing: Outgoing, words: str, *, pauses: Sequence[int], now: datetime
) -> None:
    """Back to the waiting, due after a pause that grows with each attempt; the last pause repeats."""
    pause = max(1, pauses[min(outgoing.attempts, len(pauses) - 1)]) if pauses else 1
    _settle(
        session,
        outgoing,
        state=DeliveryState.WAITING,
        reason=words,
        due_at=now + timedelta(seconds=pause),
        data_at=None,
    )


def record_fault(session: Session, delivery_id: int, lease: str, words: str) -> None:
    """A mail that could not be written is not sent; what was wrong stays with it."""
    session.execute(
        sa.update(Delivery)
        .where(Delivery.id == delivery_id, mine(lease))
        .values(state=DeliveryState.FAILED, reason=words, lease="", leased_until=None),
        execution_options=_QUIET,
    )


def _settle(session: Session, outgoing: Outgoing, **values: Any) -> bool:
    open_states = (DeliveryState.SENDING, DeliveryState.UNCERTAIN)
    done = session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id == outgoing.delivery_id,
            Delivery.lease == outgoing.lease,
            Delivery.state.in_(open_states),
        )
        .values(lease="", leased_until=None, attempts=outgoing.attempts + 1, **values),
        execution_options=_QUIET,
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
