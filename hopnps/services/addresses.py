"""An e-mail address -> what we know of it: asked when, refuses, does not work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.models import Address, Contact, SkipReason, Survey
from hopnps.services import dialects
from hopnps.services.dialects import insert_missing

ASKING = 7319  # the turn of who decides whom to ask; launches one at a time, single surveys while none is launched


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may be written to now; `askable_on` is the day it becomes possible, if it ever does."""

    reason: SkipReason | None = None
    askable_on: date | None = None
    asked_at: datetime | None = None

    @property
    def may_be_asked(self) -> bool:
        return self.reason is None


def find(session: Session, email: str) -> Address | None:
    """What we know of a normalised address; None if nothing."""
    return session.scalar(sa.select(Address).where(Address.email == email))


def known(session: Session, emails: Iterable[str]) -> dict[str, Address]:
    """What we know of these normalised addresses, by address."""
    wanted = {email for email in emails if email}
    if not wanted:
        return {}
    rows = session.scalars(sa.select(Address).where(Address.email.in_(wanted)))
    return {address.email: address for address in rows}


def ensure(session: Session, email: str) -> Address:
    """The row of a normalised address, made if there was nothing to know yet; two at once make one."""
    session.execute(insert_missing(session, Address, []).values(email=email, bounce_reason=""))
    return session.execute(sa.select(Address).where(Address.email == email)).scalar_one()


def verdict(
    session: Session,
    contact: Contact,
    survey: Survey | None,
    *,
    now: datetime,
    frequency_days: int,
    timezone: tzinfo = UTC,
) -> Verdict:
    """Whether this contact may be asked now; without a survey only refusal and bounce count."""
    address = find(session, contact.address) if contact.address else None
    return verdict_on(contact, address, survey, Cadence(frequency_days, timezone), now=now)


def verdict_on(
    contact: Contact,
    address: Address | None,
    survey: Survey | None,
    cadence: Cadence,
    *,
    now: datetime,
) -> Verdict:
    """The same where what is known of the contact's address (None: nothing) was already looked up."""
    if not contact.address:
        return Verdict(SkipReason.NO_ADDRESS)
    return _verdict_on(address, survey, cadence, now) if address else Verdict()


def reserve(session: Session, address: Address, cadence: Cadence, *, now: datetime) -> bool:
    """Mark an address as asked now, unless somebody else was quicker; of two at once one gets it."""
    dialects.take_turns(session, ASKING, together=True)
    fair: sa.ColumnElement[bool] = sa.true()
    if cadence.days:
        asked = Address.last_asked_at
        fair = sa.or_(asked.is_(None), asked < cadence.limit(now))
    taken = session.execute(
        sa.update(Address)
        .where(Address.id == address.id, fair)
        .values(last_asked_at=now)
        .execution_options(synchronize_session=False)
    )
    session.refresh(address)
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def suppress(session: Session, address_id: int, words: str, *, now: datetime) -> None:
    """Write no more to an address that its server does not know; `words` are the server's."""
    session.execute(
        sa.update(Address)
        .where(Address.id == address_id, Address.bounced_at.is_(None))
        .values(bounced_at=now, bounce_reason=words)
        .execution_options(synchronize_session=False)
    )


def _verdict_on(
    address: Address, survey: Survey | None, cadence: Cadence, now: datetime
) -> Verdict:
    asked_at = address.last_asked_at
    cadence = cadence.of(survey.frequency_days) if survey else cadence
    if address.unsubscribed_at is not None:
        return Verdict(SkipReason.UNSUBSCRIBED, asked_at=asked_at)
    if address.bounced_at is not None:
        return Verdict(SkipReason.BOUNCED, asked_at=asked_at)
    if survey is None or asked_at is None or cadence.allows(asked_at, at=now):
        return Verdict(asked_at=asked_at)
    return Verdict(SkipReason.ASKED_RECENTLY, cadence.askable_on(asked_at), asked_at)
