"""A vote that was decided on -> the statements that write the answer, its story, the contact's last answer and the counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from hopnps.domain.score import category_of
from hopnps.domain.vote import Vote, Writing
from hopnps.models import Channel, Contact, Evidence, Response, ResponseChange, Scale
from hopnps.services import last_answers, rollups
from hopnps.services.ballots import Ballot
from hopnps.services.driver import Sql, Step, day_of, moment
from hopnps.services.machine_counts import LostVote
from hopnps.services.rollups import Counted

bind = sa.bindparam


class Cast(NamedTuple):
    """What goes into the box: the vote, what becomes of it, the moment and local day of that, and the machines' clicks
    that cannot have been it.
    """

    ballot: Ballot
    invitation_id: int
    vote: Vote
    written: Writing
    now: datetime
    day: date
    lost: list[LostVote]

    @property
    def category(self) -> str:
        return category_of(self.written.score).value

    @property
    def leads(self) -> bool:
        """A first answer that is also the contact's latest."""
        latest = moment(self.ballot.last_answered_at)
        return self.ballot.response_id is None and (latest is None or latest < self.now)


def steps(cast: Cast) -> Iterable[Step]:
    """The answer first: what follows refers to it; the counts last: everybody shares them."""
    said = words(cast)
    if cast.ballot.response_id is None:
        yield _INSERT, said
    elif cast.written.anew:
        yield _ANSWER_ANEW, said
    else:
        yield _CHANGE_WORDS, said
    yield _KEEP_CHANGE, said
    if cast.leads:
        yield _LAST_ANSWER, said
    elif cast.written.anew:
        yield _LOOK_UP, said
    for names, values in moves(cast):
        yield _count(names), values


def words(cast: Cast) -> dict[str, Any]:
    """What fills the gaps of all these statements but the counts."""
    ballot, written = cast.ballot, cast.written
    turned = ballot.last_category not in ("", cast.category)
    return {
        "invitation": cast.invitation_id,
        "score": written.score,
        "comment": written.comment,
        "evidence": written.evidence,
        "browser": written.browser,
        "conflict": written.conflict,
        "way": cast.vote.way,
        "now": cast.now,
        "survey": ballot.survey_id,
        "campaign": ballot.campaign_id,
        "contact": ballot.contact_id,
        "store": ballot.store_id,
        "region": ballot.region_id,
        "agent": ballot.agent,
        "language": ballot.language,
        "category": cast.category,
        "day": cast.day,
        "previous": ballot.last_category,
        "turned": cast.now if turned else moment(ballot.category_changed_at),
    }


def moves(cast: Cast) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """What it adds to which counts."""
    ballot = cast.ballot
    if ballot.excluded_at is not None:
        return []
    if ballot.response_id is None:
        return rollups.moves([(None, counted(cast)), *((one, None) for one in cast.lost)])
    there = (ballot.counted_store, day_of(ballot.answered_on), ballot.counted_region)
    before = _counted(ballot, ballot.score, ballot.evidence, *there)
    if cast.written.anew:
        return rollups.moves([(before, counted(cast))])
    return rollups.moves([(before, _counted(ballot, ballot.score, cast.written.evidence, *there))])


def counted(cast: Cast) -> Counted:
    """What an answer that is given anew counts as."""
    here = (cast.ballot.store_id, cast.day, cast.ballot.region_id)
    return _counted(cast.ballot, cast.written.score, cast.written.evidence, *here)


def _counted(
    ballot: Ballot, score: int, evidence: str, store: int | None, day: Any, region: int | None
) -> Counted:
    assert ballot.survey_id is not None
    only = evidence == Evidence.CLICK_ONLY
    return Counted(ballot.survey_id, store, day, score, region, click_only=only)


@cache
def _count(names: tuple[str, ...]) -> Sql:
    return Sql(lambda _insert: rollups.addition(names))


_WORDS = {name: name for name in ("comment", "evidence", "browser")}
_WHAT = _WORDS | {
    "score": "score",
    "category": "category",
    "answered_at": "now",
    "answered_on": "day",
    "store_id": "store",
    "region_id": "region",
    "agent": "agent",
    "language": "language",
}
ANSWER = _WHAT | {
    "invitation_id": "invitation",
    "survey_id": "survey",
    "campaign_id": "campaign",
    "contact_id": "contact",
}
ALWAYS = {
    "campaign_name": "",
    "channel": Channel.MAIL.value,
    "scale": Scale.OFFICIAL.value,
    "excluded_by": "",
    "excluded_why": "",
}
CHANGE = _WORDS | {"score": "score", "changed_at": "now", "way": "way", "conflict": "conflict"}
LAST = {
    "last_score": "score",
    "last_category": "category",
    "previous_category": "previous",
    "category_changed_at": "turned",
    "last_answered_at": "now",
}


def filled(model: Any, gaps: dict[str, str], **more: Any) -> dict[str, Any]:
    """The columns of a table, each with the gap that its value goes into."""
    columns = model.__table__.c
    return {name: bind(gap, type_=columns[name].type) for name, gap in gaps.items()} | more


def always() -> dict[str, Any]:
    return {name: sa.literal_column(f"'{words}'") for name, words in ALWAYS.items()}


_INSERT = Sql(
    lambda insert: insert(Response.__table__).values(filled(Response, ANSWER, **always()))
)
_conflict_at = sa.case(
    (bind("conflict", type_=sa.Boolean()), bind("now", type_=Response.conflict_at.type)),
    else_=Response.conflict_at,
)


def _change(gaps: dict[str, str]) -> Sql:
    changed = sa.update(Response).where(Response.invitation_id == bind("invitation"))
    changed = changed.values(filled(Response, gaps, conflict_at=_conflict_at))
    return Sql(lambda _insert: changed)


_ANSWER_ANEW, _CHANGE_WORDS = _change(_WHAT), _change(_WORDS)
_ITS_NUMBER = (
    sa.select(Response.id).where(Response.invitation_id == bind("invitation")).scalar_subquery()
)
_KEEP_CHANGE = Sql(
    lambda insert: insert(ResponseChange.__table__).values(
        filled(ResponseChange, CHANGE, response_id=_ITS_NUMBER)
    )
)
_LAST_ANSWER = Sql(
    lambda _insert: (
        sa.update(Contact).where(Contact.id == bind("contact")).values(filled(Contact, LAST))
    )
)
_LOOK_UP = Sql(lambda _insert: last_answers.told_again(bind("contact")))
