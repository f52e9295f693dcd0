"""A request with a link of a mail -> a click row and the visit it belongs to, and what the page behind it needs to know.

No more of the caller is kept than a network, a browser's name and the headers that say "only in advance". A visit's rows
are bounded, so a robot that opens links all day fills no table; old visits are thinned out when they are judged.
"""

from __future__ import annotations

from collections.abc import Sequence
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


class Caller(NamedTuple):
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
) -> Asked | None:
    """Note a request; what its page needs to know, None if the invitation takes no answer (any more): nothing is noted
    then. `judge_after` is how long the visit rests before the clock judges it.
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
    if line.shared:
        (found,) = line.run((_NOTE_AT_ONCE, said))
        return Asked(*found[0]) if found else None
    (found,) = line.run((_ASKED, said))
    if not found:
        return None
    *asked, requests = found[0]
    line.run((_COME, said), *([(_NOTE, said)] if (requests or 0) < MOST else []))
    return Asked(*asked)


def look(line: Line, invitation_id: int, *, now: datetime) -> Asked | None:
    """The same without a note: while the database cannot be written, a page is still worth more than its click."""
    (found,) = line.run((_ASKED, {"invitation": invitation_id, "now": now}))
    return Asked(*found[0][:-1]) if found else None


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


_asked = (
    sa.select(Invitation.id, Invitation.survey_version_id, Invitation.language)
    .where(
        Invitation.id == bind("invitation"),
        Invitation.survey_id.is_not(None),
        Invitation.expires_at > bind("now", type_=Invitation.expires_at.type),
    )
    .cte("asked")
)
_open = sa.and_(Visit.invitation_id == _asked.c.id, Visit.judged_at.is_(None))
_ASKED = Sql(
    lambda _insert: sa.select(_asked, Visit.requests).select_from(_asked.outerjoin(Visit, _open))
)


def _filled(model: Any, gaps: dict[str, str]) -> dict[str, Any]:
    """The columns of a table and the gaps of theirs."""
    columns = model.__table__.c
    return {name: bind(gap, type_=columns[name].type) for name, gap in gaps.items()}


_VISIT = _filled(
    Visit,
    {
        "invitation_id": "invitation",
        "began_at": "now",
        "ended_at": "now",
        "judge_at": "judge_at",
    },
) | {
    name: sa.literal_column(words)
    for name, words in {"requests": "1", "verdict": "''", "reasons": "''", "opened": "0"}.items()
}
_TEXTS = ("kind", "method", "user_agent", "browser", "prefetch", "network")
_CLICK = _filled(
    Click,
    {"invitation_id": "invitation", "clicked_at": "now", "score": "score"}
    | {name: name for name in _TEXTS},
)


def _going_on(coming: Any) -> Any:
    """The invitation's open visit, begun or gone on: at most one, also when fifty come at once."""
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


def _row(insert: Any, model: Any, values: dict[str, Any], after: sa.CTE, *which: Any) -> Any:
    """One row, if there is one in the part it comes after."""
    row = sa.select(*values.values()).select_from(after).where(*which)
    return insert(model.__table__).from_select([*values], row, include_defaults=False)


def _note_at_once(insert: Any) -> Any:
    """The three statements in one: PostgreSQL answers each after a journey."""
    visit = _going_on(_row(insert, Visit, _VISIT, _asked)).returning(Visit.requests).cte("visit")
    noted = _row(insert, Click, _CLICK, visit, visit.c.requests <= MOST)
    return sa.select(_asked).add_cte(noted.cte("noted"))


_COME = Sql(lambda insert: _going_on(insert(Visit.__table__).values(_VISIT)))
_NOTE = Sql(lambda insert: insert(Click.__table__).values(_CLICK))
_NOTE_AT_ONCE = Sql(_note_at_once)
