"""From mails to answers: who was written to, who clicked, who answered, who said why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hopnps.domain.scope import only
from hopnps.models import Campaign, Click, Delivery, Response, Segment
from hopnps.services import figures_funnel
from hopnps.services.figures import Slice
from hopnps.services.figures_funnel import Funnel, Stage
from tests.conftest import NOON


@pytest.fixture
def send(session, cast):
    """A mail that left some days before noon, and what its client did with it."""

    def send(contact, *, days=0, clicked=False, score=None, comment="", state="sent", **values):
        moment = NOON - timedelta(days=days)
        invitation = cast.invitation(contact, **values)
        sent_at = moment if state == "sent" else None
        session.add(Delivery(invitation=invitation, state=state, due_at=moment, sent_at=sent_at))
        if clicked:
            session.add_all(
                Click(invitation_id=invitation.id, score=9, clicked_at=NOON) for _ in range(3)
            )
        if score is not None:
            session.add(
                Response(
                    invitation=invitation,
                    survey_id=invitation.survey_id,
                    contact=contact,
                    score=score,
                    comment=comment,
                    answered_at=NOON,
                    answered_on=NOON.date(),
                )
            )
        session.commit()

    return send


@pytest.fixture
def funnel(session):
    def funnel(scope=None, **chosen):
        known = {"scope": scope} if scope else {}
        return figures_funnel.funnel(session, Slice(**chosen), now=NOON, **known)

    return funnel


def test_without_mails_there_is_nothing(funnel):
    assert funnel() == Funnel()


def test_each_step_counts_people_and_no_click_twice(send, cast, funnel):
    send(cast.client("claire"), clicked=True, score=3, comment="Trop long")
    send(cast.client("marc"), score=9)  # whose click was not noted
    send(cast.client("zoe"), clicked=True)
    send(cast.client("omar"))
    send(cast.client("tom"), state="failed", clicked=True)

    assert funnel() == Funnel(sent=4, clicked=3, answered=2, commented=1)


def test_a_mail_without_a_question_asks_nobody(send, cast, funnel):
    send(cast.client("claire"), survey_id=None)

    assert funnel().sent == 0


def test_a_mail_that_left_twice_is_one(session, send, cast, funnel):
    claire = cast.client("claire")
    send(claire, days=9)
    invitation = session.query(Delivery).one().invitation
    later = Delivery(invitation=invitation, number=2, state="sent", due_at=NOON, sent_at=NOON)
    session.add(later)
    session.commit()

    assert funnel().sent == 1
    assert funnel(since=NOON.date()).sent == 1


def test_a_slice_narrows_the_mails(session, send, cast, funnel):
    nantes = cast.store("Nantes", "Pays de la Loire")
    survey = cast.survey()
    send(cast.client("claire", store=nantes, tags=["vip"]), days=40, score=9)
    send(cast.client("marc"))
    campaign = Campaign(
        name="Printemps",
        survey=survey,
        template=survey.template,
        segment=Segment(
            slug="vip", name="VIP", rule={"contact": "tags", "has": "vip"}, created_at=NOON
        ),
        due_at=NOON,
        created_at=NOON,
    )
    session.add(campaign)
    session.commit()
    send(cast.client("zoe"), campaign_id=campaign.id)

    assert funnel(store=nantes) == Funnel(1, 1, 1, 0)
    assert funnel(region=nantes.region).sent == 1
    assert funnel(segment=campaign.segment).sent == 1
    assert funnel(campaign="Printemps").sent == 1
    assert funnel(survey=survey).sent == 3
    assert funnel(until=date(2026, 1, 31)).sent == 1
    assert funnel(since=date(2026, 3, 2), until=date(2026, 3, 2)).sent == 2
    assert funnel(scope=only(stores=(nantes.id,))).sent == 1
    assert funnel(scope=only()).sent == 0


@pytest.mark.parametrize(
    ("stage", "names"),
    [
        (Stage.SENT, ["Omar Haddad", "Zoé Lefèvre", "Claire Delmas"]),
        (Stage.CLICKED, ["Zoé Lefèvre", "Claire Delmas"]),
        (Stage.ANSWERED, ["Claire Delmas"]),
        (Stage.COMMENTED, ["Claire Delmas"]),
    ],
)
def test_behind_each_number_stand_as_many_people(session, send, cast, funnel, stage, names):
    send(cast.client("claire"), clicked=True, score=3, comment="Trop long")
    send(cast.client("zoe"), clicked=True)
    send(cast.client("omar"))

    found = figures_funnel.people(session, Slice(), stage, now=NOON, limit=50)

    assert [one.contact.name for one in found] == names
    assert len(found) == getattr(funnel(), stage)
