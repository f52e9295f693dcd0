"""A claimed batch -> the same without those for whom it is not the hour, or whom the rate does not let go yet.

What holds a whole campaign (its hours, its rate, the house's) stands in `Campaign.held_until`, so that its rows need
not be touched; what holds single ones (their domain's rate, their own clock) puts off their due time. Both are short,
so that a change of the settings counts soon. Mails of no campaign know no hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import rate
from hopnps.domain.errors import N_
from hopnps.domain.pace import RECIPIENT, Pace, pace_of
from hopnps.models import (
    Address,
    Campaign,
    Contact,
    Delivery,
    DeliveryState,
    Invitation,
    Notice,
)
from hopnps.services import quotas
from hopnps.services.id_sets import among
from hopnps.services.leases import Lease, mine

BY_HOURS = N_("Waits for the hours in which mails may leave.")
BY_RATE = N_("Waits for its turn: only so many mails a minute may leave to its provider.")
LOOK_AGAIN = timedelta(seconds=60)  # after which a closed window is looked at again
HORIZON = timedelta(minutes=10)  # how far ahead turns are given
_QUIET = {"synchronize_session": False}
_PACE = (  # asked for each batch, so it is made once
    sa.select(Campaign.id, Campaign.pace)
    .join(Delivery, Delivery.campaign_id == Campaign.id)
    .where(Delivery.id == sa.bindparam("one"))
)
Setting = Callable[[str], Any]


@dataclass(frozen=True)
class _Mail:
    id: int
    campaign_id: int | None
    email: str
    attributes: dict[str, Any] | None

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


def hold_back(session: Session, lease: str, *, setting: Setting, now: datetime) -> int:
    """Put the claimed mails back that may not leave now; how many. To be called in the claim's transaction.

    `setting` gives the value of a setting by its key.
    """
    campaigns = _campaigns(session, lease)
    paces = {number: pace_of(setting, own) for number, own in campaigns.items()}
    house = pace_of(setting, {})
    if all(pace.free for pace in paces.values()) and not house.rated:
        return 0
    mails = _claimed(session, lease)
    open_now = _within_hours(session, mails, paces, ZoneInfo(setting("HOPNPS_TIMEZONE")), now)
    kept = _within_rates(session, open_now, paces, house, now) if open_now else []
    return len(mails) - len(kept)


def pulse(session: Session, *, setting: Setting, now: datetime) -> float | None:
    """Seconds after which a worker should look again although nothing was let go; None where no rate is at work."""
    house = bool(setting("HOPNPS_RATE_PER_MINUTE") or setting("HOPNPS_RATE_PER_DOMAIN"))
    soon, lately = now + timedelta(seconds=2), now - timedelta(seconds=2)
    held = sa.exists().where(
        Campaign.held_until > lately, Campaign.held_until <= soon, running_but_for_time()
    )
    if session.scalar(sa.select(held)):
        return rate.SHORTEST.total_seconds()
    due = sa.and_(
        Delivery.state == DeliveryState.WAITING,
        Delivery.reason == BY_RATE,
        Delivery.due_at > lately,  # those of a paused campaign may have been due for days
        Delivery.due_at <= soon,
    )
    if house and session.scalar(sa.select(sa.exists().where(due))):
        return rate.SHORTEST.total_seconds()
    return None


def running_but_for_time() -> sa.ColumnElement[bool]:
    return sa.and_(
        Campaign.launched_at.is_not(None),
        Campaign.paused_at.is_(None),
        Campaign.cancelled_at.is_(None),
    )


def let_go(session: Session, *, now: datetime) -> None:
    """Rates or hours were changed: what they hold is looked at anew, at the next turn of a worker."""
    session.execute(
        sa.update(Campaign).where(Campaign.held_until.is_not(None)).values(held_until=None),
        execution_options=_QUIET,
    )
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.state == DeliveryState.WAITING,
            Delivery.reason.in_((BY_HOURS, BY_RATE)),
        )
        .values(due_at=now, reason=""),
        execution_options=_QUIET,
    )
    quotas.forget_turns(session)


def _campaigns(session: Session, lease: str) -> dict[int, dict[str, Any]]:
    """What the campaigns of a batch say of their pace; a batch is of one queue, so its first row names it."""
    if isinstance(lease, Lease):
        rows = session.connection().execute(_PACE, {"one": lease.ids[0] if lease.ids else 0})
    else:
        numbers = sa.select(Delivery.campaign_id).where(mine(lease))
        wanted = sa.select(Campaign.id, Campaign.pace).where(Campaign.id.in_(numbers))
        rows = session.connection().execute(wanted)
    return {number: own or {} for number, own in rows}


def _claimed(session: Session, lease: str) -> list[_Mail]:
    rows = session.execute(
        sa.select(
            Delivery.id,
            Delivery.campaign_id,
            sa.func.coalesce(Address.email, Notice.email),
            Contact.attributes,
        )
        .outerjoin(Delivery.invitation)
        .outerjoin(Address, Address.id == Invitation.address_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Delivery.notice)
        .where(mine(lease))
        .order_by(Delivery.due_at, Delivery.id)
    )
    return [_Mail(*row) for row in rows]


def _within_hours(
    session: Session,
    mails: list[_Mail],
    paces: dict[int, Pace],
    zone: ZoneInfo,
    now: datetime,
) -> list[_Mail]:
    """Those who may be written to at this hour; the others are put back."""
    opens: dict[int, datetime] = {}
    for mail in mails:
        pace = paces.get(mail.campaign_id or 0)
        if pace and not pace.hours.always:
            theirs = _zone_of(mail, zone) if pace.zone == RECIPIENT else zone
            opens[mail.id] = pace.hours.opens_at(now, theirs)
    for number, pace in paces.items():
        if pace.zone != RECIPIENT and (until := pace.hours.opens_at(now, zone)) > now:
            hold_campaigns(session, [number], min(until, now + LOOK_AGAIN))
    late = {number: at for number, at in opens.items() if at > now}
    single = {
        mail.id: late[mail.id]
        for mail in mails
        if mail.id in late and paces[mail.campaign_id or 0].zone == RECIPIENT
    }
    _put_back(session, late.keys() - single.keys())
    _put_off(session, single, BY_HOURS)
    return [mail for mail in mails if mail.id not in late]


def _within_rates(
    session: Session, mails: list[_Mail], paces: dict[int, Pace], house: Pace, now: datetime
) -> list[_Mail]:
    """As many as the rates let go now; the others are put back, those of a full domain at a turn of their own."""
    limits = _limits(mails, paces, house)
    if not limits:
        return mails
    left = quotas.left(session, limits, now=now)
    used: Counter[str] = Counter()
    kept, held, turned = [], [], []
    for mail in mails:
        scopes = [scope for scope in _scopes(mail) if scope in limits]
        full = [scope for scope in scopes if used[scope] >= left[scope]]
        if not full:
            used.update(scopes)
            kept.append(mail)
        elif full[0].startswith("domain:"):
            turned.append(mail)
        else:
            held.append(mail)
    quotas.use(session, used, now=now)
    _hold(session, held, limits, now)
    _turn(session, turned, house.per_domain, now)
    return kept


def _limits(mails: list[_Mail], paces: dict[int, Pace], house: Pace) -> dict[str, int]:
    """The rate of each scope that these mails count in."""
    limits = {f"campaign:{number}": pace.own for number, pace in paces.items()}
    limits["house"] = house.per_minute
    limits |= {f"domain:{mail.domain}": house.per_domain for mail in mails}
    return {scope: limit for scope, limit in limits.items() if limit}


def _scopes(mail: _Mail) -> list[str]:
    return [f"domain:{mail.domain}", f"campaign:{mail.campaign_id}", "house"]


def _hold(session: Session, held: list[_Mail], limits: dict[str, int], now: datetime) -> None:
    """Their campaign waits for the next share; what belongs to none waits by itself."""
    if not held:
        return
    for number in {mail.campaign_id for mail in held}:
        scopes = [limits[one] for one in ("house", f"campaign:{number}") if one in limits]
        until = max(rate.next_at(limit, now) for limit in scopes)
        ids = [mail.id for mail in held if mail.campaign_id == number]
        if number is None:
            _put_off(session, dict.fromkeys(ids, until), BY_RATE)
        else:
            hold_campaigns(session, [number], until)
            _put_back(session, ids)


def _turn(session: Session, mails: list[_Mail], per_minute: int, now: datetime) -> None:
    """Each gets its turn after those of its domain that wait already, so that it is not looked at before."""
    for domain, number in Counter(mail.domain for mail in mails).items():
        turns = quotas.turns(
            session, f"domain:{domain}", number, per_minute, now=now, horizon=HORIZON
        )
        ids = [mail.id for mail in mails if mail.domain == domain]
        _put_off(session, dict(zip(ids, turns, strict=True)), BY_RATE)


def hold_campaigns(session: Session, numbers: Iterable[int], until: datetime) -> None:
    session.execute(
        sa.update(Campaign).where(Campaign.id.in_(numbers)).values(held_until=until),
        execution_options=_QUIET,
    )


def _put_back(session: Session, ids: Collection[int]) -> None:
    if ids:
        session.execute(
            sa.update(Delivery)
            .where(among(Delivery.id, ids))
            .values(state=DeliveryState.WAITING, lease="", leased_until=None),
            execution_options=_QUIET,
        )


def _put_off(session: Session, due: dict[int, datetime], reason: str) -> None:
    if not due:
        return
    table: Any = Delivery.__table__
    row = table.c
    session.connection().execute(
        sa.update(table)
        .where(row.id == sa.bindparam("row"))
        .values(
            state=DeliveryState.WAITING,
            lease="",
            leased_until=None,
            due_at=sa.bindparam("at", type_=row.due_at.type),
            reason=reason,
        ),
        [{"row": number, "at": at} for number, at in due.items()],
    )


def _zone_of(mail: _Mail, house: ZoneInfo) -> ZoneInfo:
    """The recipient's own clock: the field `timezone` of the contact, such as Indian/Reunion; else the house's."""
    try:
        return ZoneInfo(str((mail.attributes or {}).get("timezone") or house.key))
    except (KeyError, ValueError, OSError):  # what is no zone, or no name of one
        return house
