"""A vote -> the one answer of its invitation, its story, the contact's last answer and the counts, in two round trips.

Pages go this way by the database's driver (services/driver.py); services/responses.py takes it within a session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hopnps.choosable import CHOOSABLE
from hopnps.domain.errors import N_, Refused
from hopnps.domain.score import category_of
from hopnps.domain.vote import Standing, Vote, Writing, decide
from hopnps.models import (
    Channel,
    Contact,
    Evidence,
    Interaction,
    Invitation,
    Response,
    ResponseChange,
    Scale,
    Setting,
    Store,
    Survey,
)
from hopnps.services import last_answers, machine_counts, rollups
from hopnps.services.driver import Line, Sql, Step, day_of, moment
from hopnps.services.machine_counts import LostVote, lost_votes
from hopnps.services.rollups import Counted

bind = sa.bindparam


@dataclass(frozen=True)
class Recorded:
    """What came of a vote: `changed` is False where all stayed as it was."""

    response_id: int
    changed: bool
    evidence: str


class Ballot(NamedTuple):
    """All that a vote needs to know of its invitation; the columns of BALLOT."""

    survey_id: int | None
    campaign_id: int | None
    contact_id: int
    language: str
    expires_at: Any
    agent: str
    store_id: int | None
    region_id: int | None
    edit_days: int | None
    last_category: str
    category_changed_at: Any
    last_answered_at: Any
    response_id: int | None
    score: int
    comment: str
    evidence: str
    browser: str
    excluded_at: Any
    answered_on: Any
    counted_store: int | None
    counted_region: int | None
    first_at: Any
    chosen_zone: str | None
    lost: bool  # whether a machine's click could have been its vote

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.chosen_zone or CHOOSABLE["HOPNPS_TIMEZONE"].default)

    @property
    def standing(self) -> Standing | None:
        if self.response_id is None:
            return None
        first = moment(self.first_at)
        assert first is not None
        return Standing(self.score, self.comment, self.evidence, self.browser, first)


def record(
    line: Line,
    invitation_id: int,
    vote: Vote,
    *,
    now: datetime,
    timezone: tzinfo | None,
    last: bool = False,
) -> Recorded:
    """Write down a vote; `last` ends the transaction. Votes of one contact wait for each other.

    `timezone` decides which day it is; None: the one chosen on the screen, else the default.

    Raises Refused for an invitation that asks nothing (any more), and for an answer that has stood too long.
    """
    asked = {"invitation": invitation_id}
    _held, rows = line.run((_LOCK, asked), (_BALLOT, asked))
    if not rows:
        raise Refused(N_("This mail asked no question."))
    ballot = Ballot(*rows[0])
    _refuse_closed(ballot, now)
    written = decide(vote, ballot.standing, edit_days=ballot.edit_days or 0, now=now)
    if written is None:
        assert ballot.response_id is not None
        line.run(last=last)
        return Recorded(ballot.response_id, False, ballot.evidence)
    found = lost_votes(line, invitation_id) if ballot.lost else []
    steps = _steps(ballot, invitation_id, vote, written, now, timezone, found)
    (number,), *_ = line.run(*steps, last=last)[0]
    return Recorded(number, True, written.evidence)


def _refuse_closed(ballot: Ballot, now: datetime) -> None:
    expires_at = moment(ballot.expires_at)
    if ballot.survey_id is None:
        raise Refused(N_("This mail asked no question."))
    if expires_at is None or now >= expires_at:
        raise Refused(N_("This link no longer takes an answer."))


def _steps(
    ballot: Ballot,
    invitation_id: int,
    vote: Vote,
    written: Writing,
    now: datetime,
    timezone: tzinfo | None,
    found: list[LostVote],
) -> Iterable[Step]:
    """The answer first: its number is asked for; the counts last: everybody shares them."""
    day = now.astimezone(timezone or ballot.zone).date()
    said = {
        "invitation": invitation_id,
        "score": written.score,
        "comment": written.comment,
        "evidence": written.evidence,
        "browser": written.browser,
        "conflict": written.conflict,
        "way": vote.way,
        "now": now,
    }
    category = category_of(written.score).value
    here = {
        "survey": ballot.survey_id,
        "campaign": ballot.campaign_id,
        "contact": ballot.contact_id,
        "store": ballot.store_id,
        "region": ballot.region_id,
        "agent": ballot.agent,
        "language": ballot.language,
        "category": category,
        "day": day,
    }
    if ballot.response_id is None:
        yield _INSERT, said | here
    elif written.anew:
        yield _ANSWER_ANEW, said | here
    else:
        yield _CHANGE_WORDS, said
    yield _KEEP_CHANGE, said
    yield from _contact_steps(ballot, category, written, now)
    yield from _count_steps(ballot, written, day, found)


def _contact_steps(
    ballot: Ballot, category: str, written: Writing, now: datetime
) -> Iterable[Step]:
    """A first answer that is also the contact's latest follows from what stands there; any other is looked up."""
    latest = moment(ballot.last_answered_at)
    if ballot.response_id is None and (latest is None or latest < now):
        turned = ballot.last_category not in ("", category)
        yield (
            _LAST_ANSWER,
            {
                "contact": ballot.contact_id,
                "score": written.score,
                "category": category,
                "previous": ballot.last_category,
                "turned": now if turned else moment(ballot.category_changed_at),
                "now": now,
            },
        )
    elif written.anew:
        yield _LOOK_UP, {"contact": ballot.contact_id}


def _count_steps(
    ballot: Ballot, written: Writing, day: Any, found: list[LostVote]
) -> Iterable[Step]:
    if ballot.excluded_at is not None:
        return
    here = (ballot.store_id, day, ballot.region_id)
    before = after = None
    if ballot.response_id is not None:
        there = (ballot.counted_store, day_of(ballot.answered_on), ballot.counted_region)
        before = _counted(ballot, ballot.score, ballot.evidence, *there)
        here = here if written.anew else there
    after = _counted(ballot, written.score, written.evidence, *here)
    for names, values in rollups.moves([(before, after), *((one, None) for one in found)]):
        yield _count(names), values


def _counted(
    ballot: Ballot, score: int, evidence: str, store: int | None, day: Any, region: int | None
) -> Counted:
    assert ballot.survey_id is not None
    only = evidence == Evidence.CLICK_ONLY
    return Counted(ballot.survey_id, store, day, score, region, click_only=only)


@cache
def _count(names: tuple[str, ...]) -> Sql:
    return Sql(lambda _insert: rollups.addition(names))


_asked = Invitation.id == bind("invitation")
_LOCK = Sql(
    lambda _insert: (
        sa.select(Contact.id)
        .where(Contact.id == sa.select(Invitation.contact_id).where(_asked).scalar_subquery())
        .with_for_update()
    )
)
_AGENT = sa.func.coalesce(sa.func.nullif(Interaction.agent, ""), Contact.owner)
_STORE = sa.func.coalesce(Interaction.store_id, Contact.store_id)
_FIRST = (
    sa.select(sa.func.min(ResponseChange.changed_at))
    .where(ResponseChange.response_id == Response.id)
    .scalar_subquery()
)
_ZONE = (
    sa.select(Setting.value["value"].as_string())
    .where(Setting.key == "HOPNPS_TIMEZONE")
    .scalar_subquery()
)
_BALLOT = Sql(
    lambda _insert: (
        sa.select(
            Invitation.survey_id,
            Invitation.campaign_id,
            Invitation.contact_id,
            Invitation.language,
            Invitation.expires_at,
            _AGENT,
            Store.id,
            Store.region_id,
            Survey.edit_days,
            Contact.last_category,
            Contact.category_changed_at,
            Contact.last_answered_at,
            Response.id,
            Response.score,
            Response.comment,
            Response.evidence,
            Response.browser,
            Response.excluded_at,
            Response.answered_on,
            Response.store_id,
            Response.region_id,
            sa.func.coalesce(_FIRST, Response.answered_at),
            _ZONE,
            sa.and_(Response.id.is_(None), sa.exists().where(*machine_counts.OF_ONE)),
        )
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Survey, Survey.id == Invitation.survey_id)
        .outerjoin(Interaction, Interaction.id == Invitation.interaction_id)
        .outerjoin(Store, Store.id == _STORE)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .where(_asked)
    )
)
_WORDS: dict[str, Any] = {
    "comment": bind("comment"),
    "evidence": bind("evidence"),
    "browser": bind("browser"),
}
_WHAT = _WORDS | {
    "score": bind("score"),
    "category": bind("category"),
    "answered_at": bind("now"),
    "answered_on": bind("day"),
    "store_id": bind("store"),
    "region_id": bind("region"),
    "agent": bind("agent"),
    "language": bind("language"),
}
_ORIGIN: dict[str, Any] = {
    "invitation_id": bind("invitation"),
    "survey_id": bind("survey"),
    "campaign_id": bind("campaign"),
    "contact_id": bind("contact"),
    "campaign_name": sa.literal(""),
    "channel": sa.literal(Channel.MAIL.value),
    "scale": sa.literal(Scale.OFFICIAL.value),
    "excluded_by": sa.literal(""),
    "excluded_why": sa.literal(""),
}
_INSERT = Sql(
    lambda insert: insert(Response.__table__).values(_ORIGIN | _WHAT).returning(Response.id)
)
_conflict_at = sa.case(
    (bind("conflict", type_=sa.Boolean()), bind("now", type_=Response.conflict_at.type)),
    else_=Response.conflict_at,
)


def _change(values: dict[str, Any]) -> Sql:
    changed = sa.update(Response).where(Response.invitation_id == bind("invitation"))
    changed = changed.values(**values, conflict_at=_conflict_at)
    return Sql(lambda _insert: changed.returning(Response.id))


_ANSWER_ANEW, _CHANGE_WORDS = _change(_WHAT), _change(_WORDS)
_KEEP_CHANGE = Sql(
    lambda insert: insert(ResponseChange.__table__).values(
        response_id=sa.select(Response.id)
        .where(Response.invitation_id == bind("invitation"))
        .scalar_subquery(),
        score=bind("score"),
        comment=bind("comment"),
        changed_at=bind("now"),
        evidence=bind("evidence"),
        way=bind("way"),
        browser=bind("browser"),
        conflict=bind("conflict"),
    )
)
_LAST_ANSWER = Sql(
    lambda _insert: (
        sa.update(Contact)
        .where(Contact.id == bind("contact"))
        .values(
            last_score=bind("score"),
            last_category=bind("category"),
            previous_category=bind("previous"),
            category_changed_at=bind("turned"),
            last_answered_at=bind("now"),
        )
    )
)
_LOOK_UP = Sql(lambda _insert: last_answers.told_again(bind("contact")))
