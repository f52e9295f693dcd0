"""A request with a link of a mail -> a click row and the visit it belongs to, and what the page behind it needs to know.

No more of the caller is kept than a network, a browser's name and the headers that say "only in advance". A visit's rows
are bounded, so a robot that opens links all day fills no table; old visits are thinned out when they are judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.browsers import family_of
from hopnps.models import Click, ClickKind, Invitation, Visit
from hopnps.services.driver import Line, Sql

MOST = 100  # requests of one visit
USER_AGENT_LENGTH = 200
bind = sa.bindparam


@dataclass(frozen=True)
class Caller:
    """Who asked, in their own words. `prefetch`: the header by which a browser says that nobody looks yet."""

    user_agent: str = ""
    address: str = ""
    prefetch: str = ""
    method: str = "GET"

    @property
    def browser(self) -> str:
        return family_of(self.user_agent[:USER_AGENT_LENGTH])


class Asked(NamedTuple):
    """What a page stands on: the columns of _ASKED."""

    invitation_id: int
    survey_version_id: int | None
    language: str


def opened() -> sa.ColumnElement[bool]:
    """A click of what may be a person: a score link that was opened, not a HEAD and no other link."""
    return sa.and_(Click.kind == ClickKind.SCORE, Click.method == "GET")


def note(
    line: Line,
    invitation_id: int,
    kind: ClickKind,
    *,
    score: int | None = None,
    caller: Caller,
    judge_after: timedelta,
    now: datetime,
    last: bool = False,
) -> Asked | None:
    """Note a request; what its page needs to know, None if the invitation takes no answer (any more): nothing is noted
    then. `judge_after` is how long the visit rests before the clock judges it; `last` ends the transaction.
    """
    said = {
        "invitation": invitation_id,
        "kind": kind.value,
        "score": score,
        "method": caller.method,
        "user_agent": _cut(caller.user_agent),
        "browser": caller.browser,
        "prefetch": _cut(caller.prefetch),
        "network": network_of(caller.address),
        "now": now,
        "judge_at": now + judge_after,
    }
    found, *_ = line.run((_ASKED, said), (_COME, said), (_NOTE, said), last=last)
    return Asked(*found[0]) if found else None


def look(line: Line, invitation_id: int, *, now: datetime) -> Asked | None:
    """The same without a note: while the database cannot be written, a page is still worth more than its click."""
    (found,) = line.run((_ASKED, {"invitation": invitation_id, "now": now}))
    return Asked(*found[0]) if found else None


def visits_of(session: Session, invitation_id: int | None, *, most: int = 10) -> Sequence[Visit]:
    """The visits to the links of an invitation, the latest first."""
    mine = sa.select(Visit).where(Visit.invitation_id == invitation_id)
    return session.scalars(mine.order_by(Visit.began_at.desc()).limit(most)).all()


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """`192.0.2.77` -> `192.0.2.0/24`, an IPv6 address -> its /48; '' for what is no address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


@lru_cache(maxsize=1024)
def _cut(words: str) -> str:
    return "".join(mark for mark in words if mark.isprintable())[:USER_AGENT_LENGTH]


_takes_answers = sa.and_(
    Invitation.id == bind("invitation"),
    Invitation.survey_id.is_not(None),
    Invitation.expires_at > bind("now", type_=Invitation.expires_at.type),
)
_ASKED = Sql(
    lambda _insert: sa.select(
        Invitation.id, Invitation.survey_version_id, Invitation.language
    ).where(_takes_answers)
)


def _come(insert: Any) -> Any:
    """The invitation's open visit, begun or gone on: at most one, also when fifty come at once."""
    moment = Visit.began_at.type
    begun = sa.select(
        Invitation.id,
        *(bind("now", type_=moment), bind("now", type_=moment), bind("judge_at", type_=moment)),
        *(sa.literal_column(number) for number in ("1", "''", "''", "0")),
    ).where(_takes_answers)
    columns = ("invitation_id", "began_at", "ended_at", "judge_at")
    rest = ("requests", "verdict", "reasons", "opened")
    coming = insert(Visit.__table__).from_select([*columns, *rest], begun, include_defaults=False)
    room = Visit.requests < MOST
    return coming.on_conflict_do_update(
        index_elements=["invitation_id"],
        index_where=sa.text("judged_at IS NULL"),
        set_={
            "requests": Visit.requests + 1,
            "ended_at": sa.case((room, coming.excluded.ended_at), else_=Visit.ended_at),
            "judge_at": sa.case((room, coming.excluded.judge_at), else_=Visit.judge_at),
        },
    )


def _noted(insert: Any) -> Any:
    texts = ("user_agent", "browser", "prefetch", "network")
    row = sa.select(
        Visit.invitation_id,
        bind("kind", type_=sa.Text()),
        bind("method", type_=sa.Text()),
        sa.cast(bind("score"), sa.Integer()),
        bind("now", type_=Click.clicked_at.type),
        *(bind(name, type_=sa.Text()) for name in texts),
    ).where(
        Visit.invitation_id == bind("invitation"),
        Visit.judged_at.is_(None),
        Visit.requests <= MOST,
        _takes_answers_now,
    )
    columns = ["invitation_id", "kind", "method", "score", "clicked_at", *texts]
    return insert(Click.__table__).from_select(columns, row, include_defaults=False)


_takes_answers_now = sa.exists().where(_takes_answers)
_COME, _NOTE = Sql(_come), Sql(_noted)
