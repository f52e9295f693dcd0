"""What happened to mails on the line -> the states of their deliveries, some statements for a whole batch.

Each write names the lease: a worker that was given up for dead changes nothing that others have taken over, but
may still say "sent" of a mail that was only in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.parcel import Fate, Verdict
from hopnps.domain.retrying import AFTERWARDS, next_try
from hopnps.domain.smtp_reply import Reply
from hopnps.models import Delivery, DeliveryState
from hopnps.services import addresses, events
from hopnps.services.deliveries import Outgoing
from hopnps.services.id_sets import among, text_of
from hopnps.services.leases import is_now

_table: Any = Delivery.__table__
_MOMENT = _table.c.due_at.type
_QUIET = {"synchronize_session": False}
Values = dict[str, Any]


def record_starts(session: Session, mails: Sequence[Outgoing], *, now: datetime) -> set[int]:
    """Say, before it happens, that these mails may have left from now on; those of which it is said.

    The others' lease is lost: they must not leave.
    """
    if not mails:
        return set()
    message_ids = {one.delivery_id: one.mail.message_id for one in mails}
    said = {
        "ids": list(message_ids),
        "message_ids": message_ids,
        "leases": sorted({str(one.lease) for one in mails}),
        "now": now,
    }
    done = session.connection().execute(_starting(), said)
    if done.rowcount == len(mails):
        return set(message_ids)
    # a lease was lost: rare, so asked only then
    ours = sa.select(Delivery.id).where(
        among(Delivery.id, message_ids), _ours(mails), Delivery.data_at == now
    )
    return set(session.scalars(ours))


def record(
    session: Session, verdicts: Iterable[Verdict], *, pauses: Sequence[int], now: datetime
) -> None:
    """Write down what became of these mails, each an `Outgoing`. Sent is the server's 250, nothing else."""
    sent, unbegun, changes = [], [], []
    for one in verdicts:
        mail = cast(Outgoing, one.parcel)
        if one.fate is Fate.SENT:
            sent.append(mail)
        elif one.fate is Fate.UNBEGUN:
            unbegun.append(mail)
        elif one.fate is Fate.DOUBTFUL:
            changes.append((mail, {"state": DeliveryState.UNCERTAIN, "reason": one.words}))
        elif one.reply is None:
            changes.append((mail, _put_off(mail, one.words, pauses, now)))
        else:
            changes.append((mail, _refused(session, mail, one.reply, pauses, now)))
    _record_sent(session, sent, now)
    put_back(session, unbegun)
    _change(session, changes)


def put_back(session: Session, mails: Sequence[Outgoing], *, words: str = "") -> None:
    """What never began waits again as before; `words` say why, if there is more to say than that."""
    if mails:
        session.execute(
            sa.update(Delivery)
            .where(among(Delivery.id, [one.delivery_id for one in mails]), _ours(mails))
            .values(
                state=DeliveryState.WAITING,
                data_at=None,
                lease="",
                leased_until=None,
                **({"reason": words} if words else {}),
            ),
            execution_options=_QUIET,
        )


def put_off(
    session: Session, mails: Sequence[Outgoing], words: str, *, pauses: Sequence[int], now: datetime
) -> None:
    """No mail server was there: due again after a pause that grows with each try, and never failed for it."""
    _change(session, [(one, _put_off(one, words, pauses, now)) for one in mails])


def renew(session: Session, mails: Sequence[Outgoing], *, until: datetime) -> None:
    """Their worker lives."""
    if mails:
        session.execute(
            sa.update(Delivery)
            .where(
                among(Delivery.id, [one.delivery_id for one in mails]),
                Delivery.lease.in_({str(one.lease) for one in mails}),
                is_now(DeliveryState.SENDING),
            )
            .values(leased_until=until),
            execution_options=_QUIET,
        )


def record_fault(session: Session, delivery_id: int, lease: str, words: str) -> None:
    """A mail that could not be written is not sent; what was wrong stays with it."""
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.lease == str(lease),
            Delivery.state == DeliveryState.SENDING,
        )
        .values(state=DeliveryState.FAILED, reason=words, lease="", leased_until=None),
        execution_options=_QUIET,
    )


def _record_sent(session: Session, mails: list[Outgoing], now: datetime) -> None:
    if not mails:
        return
    ids = [one.delivery_id for one in mails]
    said = {
        "ids": ids,
        "leases": sorted({str(one.lease) for one in mails}),
        "now": now,
    }
    told = [one for one in mails if one.invitation_id]
    done = session.connection().execute(_sending(), said)
    if done.rowcount != len(
        mails
    ):  # somebody decided otherwise meanwhile: rare, so asked only then
        ours = sa.select(Delivery.id).where(
            among(Delivery.id, ids),
            Delivery.state == DeliveryState.SENT,
            Delivery.sent_at == now,
        )
        kept = set(session.scalars(ours))
        told = [one for one in told if one.delivery_id in kept]
    facts = [{"invitation_id": one.invitation_id} for one in told]
    events.note_each(session, "invitation_sent", facts)


def _refused(
    session: Session, mail: Outgoing, reply: Reply, pauses: Sequence[int], now: datetime
) -> Values:
    if reply.temporary:
        again = next_try(mail.attempts, mail.first_tried_at, pauses=pauses, now=now)
        if again is not None:
            return _waiting(mail, str(reply), again, now)
    elif reply.means_no_such_address and mail.address_id:
        addresses.suppress(session, mail.address_id, str(reply), now=now)
    return {"state": DeliveryState.FAILED, "reason": str(reply)}


def _put_off(mail: Outgoing, words: str, pauses: Sequence[int], now: datetime) -> Values:
    again = next_try(mail.attempts, now, pauses=pauses, now=now)
    return _waiting(mail, words, again or now + AFTERWARDS, now)


def _waiting(mail: Outgoing, words: str, due_at: datetime, now: datetime) -> Values:
    return {
        "state": DeliveryState.WAITING,
        "reason": words,
        "due_at": due_at,
        "data_at": None,
        "first_tried_at": mail.first_tried_at or now,
    }


def _change(session: Session, changes: Sequence[tuple[Outgoing, Values]]) -> None:
    """One statement for all that share their new values."""
    alike: dict[tuple[Any, ...], list[Outgoing]] = {}
    for mail, values in changes:
        alike.setdefault(tuple(values.items()), []).append(mail)
    for new, mails in alike.items():
        session.execute(
            sa.update(Delivery)
            .where(among(Delivery.id, [one.delivery_id for one in mails]), _ours(mails))
            .values(lease="", leased_until=None, attempts=Delivery.attempts + 1, **dict(new)),
            execution_options=_QUIET,
        )


def _ours(mails: Sequence[Outgoing]) -> sa.ColumnElement[bool]:
    """Still under the leases of these mails, be they in doubt meanwhile."""
    return sa.and_(Delivery.lease.in_({str(one.lease) for one in mails}), is_now(*_OPEN))


_OPEN = (DeliveryState.SENDING, DeliveryState.UNCERTAIN)


@cache
def _starting() -> Any:
    row = _table.c
    return (
        sa.update(_table)
        .where(
            among(row.id, "ids"),
            row.lease.in_(sa.bindparam("leases", expanding=True)),
            is_now(DeliveryState.SENDING),
        )
        .values(
            data_at=sa.bindparam("now", type_=_MOMENT), message_id=text_of(row.id, "message_ids")
        )
    )


@cache
def _sending() -> sa.Update:
    row, now = _table.c, sa.bindparam("now", type_=_MOMENT)
    return (
        sa.update(_table)
        .where(
            among(row.id, "ids"),
            row.lease.in_(sa.bindparam("leases", expanding=True)),
            is_now(*_OPEN),
        )
        .values(
            state=DeliveryState.SENT,
            sent_at=now,
            reason="",
            lease="",
            leased_until=None,
            attempts=row.attempts + 1,
        )
    )
