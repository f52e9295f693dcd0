"""How many mails were let go in this minute -> how many more may be; kept by rows, so that several workers share a rate.

Whoever asks holds the rows until the end of the transaction: of two workers the second sees what the first took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hopnps.domain import rate
from hopnps.models import Quota

_ERA = datetime(
    2020, 1, 1, tzinfo=UTC
)  # the `minute` of rows that tell how far turns are given, in seconds since
_LATELY = "lately "  # before the scope of rows that count half seconds
_QUIET = {"synchronize_session": False}


def left(session: Session, limits: Mapping[str, int], *, now: datetime) -> dict[str, int]:
    """How many each scope may let go now; `limits` are its mails a minute."""
    _note(session, now, dict.fromkeys(limits, 0))  # from here on the rows are ours
    recent = _recent(session, limits, now)
    shares = {
        scope: rate.share(limit, now, recent=recent.get(scope, 0))
        for scope, limit in limits.items()
    }
    used = _note(session, now, {scope: share.gone for scope, share in shares.items()})
    return {
        scope: rate.room(limits[scope], share, used=used[scope], recent=recent.get(scope, 0))
        for scope, share in shares.items()
    }


def use(session: Session, taken: Mapping[str, int], *, now: datetime) -> None:
    """So many more were let go; to be said after `left`, in the same transaction."""
    rows: list[dict[str, Any]] = [
        {"scope": scope, "used": number} for scope, number in sorted(taken.items()) if number
    ]
    if rows:
        _noted(session, rate.minute_of(now), rows, at_least=False)
        grains = [row | {"scope": _LATELY + row["scope"]} for row in rows]
        _noted(session, rate.grain_of(now), grains, at_least=False)


def _note(session: Session, now: datetime, used: Mapping[str, int]) -> dict[str, int]:
    """At least so much of this minute is used; what is."""
    rows = [{"scope": scope, "used": number} for scope, number in sorted(used.items())]
    return _noted(session, rate.minute_of(now), rows, at_least=True)


def _recent(session: Session, scopes: Iterable[str], now: datetime) -> dict[str, int]:
    """What each scope let go in the last sixty seconds."""
    rows = session.execute(
        sa.select(Quota.scope, sa.func.sum(Quota.used))
        .where(
            Quota.scope.in_([_LATELY + scope for scope in scopes]), Quota.minute >= rate.lately(now)
        )
        .group_by(Quota.scope)
    )
    return {scope.removeprefix(_LATELY): number for scope, number in rows}


def turns(
    session: Session,
    scope: str,
    number: int,
    per_minute: int,
    *,
    now: datetime,
    horizon: timedelta,
) -> list[datetime]:
    """The moments at which the next mails of a scope may leave, after those given before; none is after the horizon."""
    apart = 60 / per_minute
    key = {"scope": f"turns of {scope}", "minute": _ERA}
    last = session.scalar(sa.select(Quota.used).filter_by(**key))
    begin = max(now, _ERA + timedelta(seconds=last or 0))
    end = now + horizon
    given = [min(end, begin + timedelta(seconds=apart * (one + 1))) for one in range(number)]
    reached = int((given[-1] - _ERA).total_seconds())
    _noted(session, _ERA, [{"scope": key["scope"], "used": reached}], at_least=True)
    return given


def forget_turns(session: Session) -> None:
    """Turns are given anew."""
    session.execute(sa.delete(Quota).where(Quota.minute == _ERA), execution_options=_QUIET)


def forget_old(session: Session, *, now: datetime) -> None:
    """Minutes that are over are of no more use."""
    over = sa.and_(Quota.minute < now - timedelta(minutes=2), Quota.minute > _ERA)
    session.execute(sa.delete(Quota).where(over), execution_options=_QUIET)


def _noted(
    session: Session, minute: datetime, rows: list[dict[str, Any]], *, at_least: bool
) -> dict[str, int]:
    """Write the numbers down, as what is reached at least or as what comes to it; what each scope then has."""
    made = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = made(Quota).values([row | {"minute": minute} for row in rows])
    new = statement.excluded.used
    larger = sa.case((new > Quota.used, new), else_=Quota.used)
    noted = statement.on_conflict_do_update(
        index_elements=["scope", "minute"],
        set_={"used": larger if at_least else Quota.used + new},
    ).returning(Quota.scope, Quota.used)
    return dict(session.execute(noted).all())
