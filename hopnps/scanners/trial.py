"""So many mails -> what machines and people of each kind brought about: votes nobody gave, votes that were lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from hopnps import judging
from hopnps.links import Links
from hopnps.models import (
    Address,
    Contact,
    Delivery,
    DeliveryState,
    Evidence,
    Invitation,
    Response,
    Survey,
)
from hopnps.scanners import machines, people
from hopnps.scanners.letter import Caller, Letter
from hopnps.services import seeds, survey_versions
from hopnps.signals import contact_unsubscribed, response_recorded

TRIALS = timedelta(days=10)
SOURCE = "trial"  # of the clients


@dataclass
class Found:
    """Of one kind. `false_accepts`: votes that nobody gave; `false_rejects`: people's votes that are not there as they
    meant them. `click_only` are among the votes. `target` is False where the figures are only told."""

    kind: str
    person: bool
    target: bool
    mails: int = 0
    votes: int = 0
    click_only: int = 0
    false_accepts: int = 0
    false_rejects: int = 0
    unsubscribed: int = 0
    alerts: int = 0

    @property
    def good(self) -> bool:
        faults = (self.false_accepts, self.false_rejects, self.unsubscribed, self.alerts)
        return not self.target or not any(faults)


@dataclass(frozen=True)
class Play:
    """One kind's turn with one mail. `meant`: the score that a person meant, also a person before a machine came."""

    found: Found
    letter: Letter
    meant: int | None


def run(app: Flask, *, mails: int, seed: int = 1) -> list[Found]:
    """`mails` for the machines and as many for the people, divided among the kinds; the undecided get a share too.

    Makes contacts in this application's database, which should be there for nothing else. To be called outside of an
    application context: each request of the trial has one of its own, as on a server.
    """
    house, random = app.extensions["hopnps"], Random(seed)  # noqa: S311
    alerts: list[int] = []

    def listen(_app: Any, response_id: int, evidence: str) -> None:
        if evidence == Evidence.CONFIRMED:
            alerts.append(response_id)

    left: list[int] = []

    def listen_to_leaving(_app: Any, address_id: int) -> None:
        left.append(address_id)

    with (
        response_recorded.connected_to(listen, sender=app),
        contact_unsubscribed.connected_to(listen_to_leaving, sender=app),
    ):
        played = [
            *_play(app, machines.MACHINES, mails, random, person=False, target=True),
            *_play(app, people.PEOPLE, mails, random, person=True, target=True),
            *_play(app, machines.UNDECIDED, mails // 5, random, person=False, target=False),
            *_play(app, people.UNDECIDED, mails // 10, random, person=True, target=False),
        ]
        with app.app_context():
            while judging.judge(house, now=datetime.now(UTC) + TRIALS):
                pass
            return _count(house.session, played, alerts, left)


def as_data(found: Sequence[Found]) -> list[dict[str, Any]]:
    """For `--json`."""
    return [asdict(one) for one in found]


def _play(
    app: Flask, kinds: Sequence[Any], mails: int, random: Random, *, person: bool, target: bool
) -> list[Play]:
    house, done = app.extensions["hopnps"], []
    for number, kind in enumerate(kinds):
        found = Found(kind.__name__.replace("_", " "), person, target)
        share = mails // len(kinds) + (number < mails % len(kinds))
        with app.app_context():
            letters = _letters(house.session, house.links, share)
        for letter in letters:
            meant = kind(letter, Caller(app, letter.sent_at), random)
            done.append(Play(found, letter, 9 if kind is machines.second_system else meant))
    return done


def _letters(session: Session, links: Links, many: int) -> list[Letter]:
    """So many mails that the server took ten days ago, each to a client of its own."""
    now = datetime.now(UTC)
    sent_at = now - TRIALS
    survey = session.scalars(sa.select(Survey).filter_by(slug="relation")).one_or_none()
    if survey is None:
        seeds.sow(session, now=now)
        survey = session.scalars(sa.select(Survey).filter_by(slug="relation")).one()
    version = survey_versions.pinned(session, survey, now=now)
    first = session.scalar(sa.select(sa.func.coalesce(sa.func.max(Contact.id), 0))) or 0
    found = []
    for number in range(first + 1, first + many + 1):
        email = f"client{number}@example.org"
        contact = Contact(
            source=SOURCE, external_id=str(number), email=email, address=email, language="fr",
            created_at=now, updated_at=now,
        )  # fmt: skip
        invitation = Invitation(
            cause=f"trial:{number}", address=Address(email=email), contact=contact, survey=survey,
            survey_version=version, template_version=survey.template.current, language="fr",
            created_at=sent_at, expires_at=now + TRIALS,
        )  # fmt: skip
        mail = {"due_at": sent_at, "state": DeliveryState.SENT, "sent_at": sent_at}
        session.add(Delivery(invitation=invitation, **mail))
        found.append(invitation)
    session.commit()
    return [Letter(one.id, sent_at, links) for one in found]


def _count(
    session: Session, played: Sequence[Play], alerts: Sequence[int], left: Sequence[int]
) -> list[Found]:
    answers = {one.invitation_id: one for one in session.scalars(sa.select(Response))}
    asked = session.execute(sa.select(Invitation.id, Invitation.address_id))
    addresses = {row.id: row.address_id for row in asked}
    kinds: dict[str, Found] = {}
    for play in played:
        found = kinds.setdefault(play.found.kind, play.found)
        answer = answers.get(play.letter.number)
        found.mails += 1
        found.unsubscribed += addresses[play.letter.number] in left
        if answer is not None:
            found.votes += 1
            found.click_only += answer.evidence == Evidence.CLICK_ONLY
        if play.meant is None:
            found.false_accepts += answer is not None
            found.alerts += answer is not None and answer.id in alerts
        elif answer is None or answer.score != play.meant:
            found.false_rejects += 1
    return list(kinds.values())
