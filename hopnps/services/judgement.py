"""Visits that came to rest -> a verdict for each: a vote, a click of a machine, or nothing; work for the clock.

The rules stand in domain/evidence.py. What a visit turned out to be is written into its row, a click that is a person's
becomes a click-only answer of the moment of that click, and what is old of an invitation's notes is thinned out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import evidence
from hopnps.domain.errors import Refused
from hopnps.domain.evidence import Judgement, Mail, Request, Verdict
from hopnps.models import (
    Click,
    Contact,
    Delivery,
    Evidence,
    Interaction,
    Invitation,
    Response,
    ResponseChange,
    Store,
    Visit,
    Way,
)
from hopnps.services import responses, rollups
from hopnps.services.clicks import MOST
from hopnps.services.driver import Line, Sql, moment

AT_ONCE = 100  # visits
KEPT = 100  # requests of an invitation that stay once its visits are judged
KEPT_VISITS = 20
bind = sa.bindparam


@dataclass(frozen=True)
class Rules:
    """`gap`: how long a visit rests before it is over; `human_after`: see evidence.Mail."""

    gap: timedelta
    human_after: timedelta


def agrees(line: Line, invitation_id: int, rules: Rules) -> bool:
    """Whether the visit that is going on would be a person's if it ended now."""
    asked = {"invitation": invitation_id}
    noted, mails = line.run((_NOTED, asked), (_ACCEPTED, asked))
    found = evidence.visits((_request(*row) for row in noted), rules.gap)
    sent = [one for (at,) in mails if (one := moment(at))]
    if not found or len(found[-1]) >= MOST:
        return False
    judged = evidence.judge(found[-1], Mail(sent, rules.human_after))
    return judged.verdict == Verdict.CLICK_ONLY


def judge_due(session: Session, rules: Rules, *, timezone: tzinfo, now: datetime) -> bool:
    """Judge the visits that have come to rest, the first AT_ONCE; False if there were none.

    Two workers judge different ones; a request that comes meanwhile begins a new visit.
    """
    due = (
        sa.select(Visit)
        .join(Invitation, Invitation.id == Visit.invitation_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(Visit.judged_at.is_(None), Visit.judge_at <= now)
        .order_by(Visit.judge_at)
        .limit(AT_ONCE)
        .with_for_update(of=[Visit, Contact], skip_locked=True)  # nobody who votes right now
    )
    visits = session.scalars(due).all()
    if not visits:
        return False
    facts = _Facts(session, [visit.invitation_id for visit in visits])
    parts = [part for visit in visits for part in _parts(visit, facts, rules)]
    judged = [(part, _judge(session, part, facts, rules, timezone)) for part in parts]
    with rollups.following_visits(session, facts.ids):
        for part, found in judged:
            _write(session, part, found, facts, timezone=timezone, now=now)
        session.flush()
        _thin_out(session, facts.ids)
    return True


@dataclass
class _Part:
    """A visit's row and its requests; a row that rested too long before it was judged falls into several, of which
    `number` 0 keeps it."""

    visit: Visit
    number: int
    requests: Sequence[Request]
    full: bool


class _Facts:
    """All that is known of some invitations, asked for at once."""

    def __init__(self, session: Session, ids: Sequence[int]) -> None:
        self.ids = ids
        self.requests: dict[int, list[Request]] = defaultdict(list)
        clicks = sa.select(Click.invitation_id, *_REQUEST).where(Click.invitation_id.in_(ids))
        for row in session.execute(clicks.order_by(Click.id)):
            noted = row.score, row.method, row.prefetch, row.browser
            self.requests[row.invitation_id].append(_request(row.clicked_at, row.kind, *noted))
        sent = sa.select(Delivery.invitation_id, Delivery.sent_at).where(
            Delivery.invitation_id.in_(ids), Delivery.sent_at.is_not(None)
        )
        self.accepted = _by_number(session.execute(sent))
        confirmed = (
            sa.select(Response.invitation_id, ResponseChange.changed_at)
            .join(ResponseChange.response)
            .where(Response.invitation_id.in_(ids), ResponseChange.evidence == Evidence.CONFIRMED)
        )
        self.confirmed = _by_number(session.execute(confirmed))
        self.places = {
            row.id: row for row in session.execute(_PLACES.where(Invitation.id.in_(ids)))
        }


def _parts(visit: Visit, facts: _Facts, rules: Rules) -> Iterable[_Part]:
    mine = [one for one in facts.requests[visit.invitation_id] if one.at >= visit.began_at]
    full = visit.requests > MOST
    for number, requests in enumerate(evidence.visits(mine, rules.gap)):
        yield _Part(visit, number, requests, full)


def _another(session: Session, visit: Visit) -> Visit:
    session.flush()  # the first is judged by now: an invitation has one open visit
    row = Visit(invitation_id=visit.invitation_id, judge_at=visit.judge_at, requests=0)
    session.add(row)
    return row


def _judge(
    session: Session, part: _Part, facts: _Facts, rules: Rules, timezone: tzinfo
) -> Judgement:
    number = part.visit.invitation_id
    found = evidence.judge(
        part.requests,
        Mail(facts.accepted[number], rules.human_after),
        confirmed_at=facts.confirmed[number],
        full=part.full,
    )
    return _vote(session, part, found, timezone) if found.verdict == Verdict.CLICK_ONLY else found


def _write(
    session: Session,
    part: _Part,
    found: Judgement,
    facts: _Facts,
    *,
    timezone: tzinfo,
    now: datetime,
) -> None:
    row = part.visit if part.number == 0 else _another(session, part.visit)
    place = facts.places[row.invitation_id]
    row.began_at, row.ended_at = part.requests[0].at, part.requests[-1].at
    row.judged_at, row.requests = now, len(part.requests)
    row.verdict, row.score, row.opened = found.verdict, found.score, found.opened
    row.reasons = ",".join(found.reasons)
    row.survey_id, row.contact_id = place.survey_id, place.contact_id
    row.store_id, row.region_id = place.store_id, place.region_id
    row.opened_on = row.began_at.astimezone(timezone).date()


def _vote(session: Session, part: _Part, found: Judgement, timezone: tzinfo) -> Judgement:
    """The click becomes an answer of its own moment; where none is taken (any more) it was for nothing."""
    last = [one for one in part.requests if one.kind == "score" and one.method == "GET"][-1]
    assert found.score is not None
    try:
        responses.respond(
            session,
            session.get_one(Invitation, part.visit.invitation_id),
            found.score,
            evidence=Evidence.CLICK_ONLY,
            way=Way.CLICK,
            browser=last.browser,
            now=last.at,
            timezone=timezone,
        )
    except Refused:
        return replace(found, verdict=Verdict.IDLE)
    return found


def _thin_out(session: Session, ids: Sequence[int]) -> None:
    for table, kept in ((Click, KEPT), (Visit, KEPT_VISITS)):
        age = sa.func.row_number().over(partition_by=table.invitation_id, order_by=table.id.desc())
        ranked = (
            sa.select(table.id, age.label("age")).where(table.invitation_id.in_(ids)).subquery()
        )
        old = sa.select(ranked.c.id).where(ranked.c.age > kept)
        session.execute(
            sa.delete(table).where(table.id.in_(old)).execution_options(synchronize_session=False)
        )


def _request(
    at: Any, kind: str, score: int | None, method: str, prefetch: str, browser: str
) -> Request:
    came = moment(at)
    assert came is not None
    return Request(came, kind, score, method, prefetch, browser)


def _by_number(rows: Iterable[Any]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    for number, at in rows:
        found[number].append(at)
    return found


_REQUEST = (
    Click.clicked_at,
    Click.kind,
    Click.score,
    Click.method,
    Click.prefetch,
    Click.browser,
)
_NOTED = Sql(
    lambda _insert: (
        sa.select(*_REQUEST).where(Click.invitation_id == bind("invitation")).order_by(Click.id)
    )
)
_ACCEPTED = Sql(
    lambda _insert: sa.select(Delivery.sent_at).where(
        Delivery.invitation_id == bind("invitation"), Delivery.sent_at.is_not(None)
    )
)
_PLACES = (
    sa.select(
        Invitation.id,
        Invitation.survey_id,
        Invitation.contact_id,
        Store.id.label("store_id"),
        Store.region_id,
    )
    .join(Contact, Contact.id == Invitation.contact_id)
    .outerjoin(Interaction, Interaction.id == Invitation.interaction_id)
    .outerjoin(Store, Store.id == sa.func.coalesce(Interaction.store_id, Contact.store_id))
)
