"""What a campaign may bring is told from how earlier ones were answered, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hopnps.models import Delivery, Response
from hopnps.services import campaign_forecast
from tests.conftest import NOON


@pytest.fixture
def answered(desk, cast, session):
    """An earlier campaign to forty people, of whom so many answered, half 10 and half 0."""

    def make(answers):
        for number in range(40):
            mail = f"c{number}@example.org"
            cast.client("claire", external_id=str(number), email=mail, address=mail)
        campaign = desk.campaign()
        desk.launch(campaign)
        session.query(Delivery).update({"state": "sent", "sent_at": NOON})
        for delivery in session.query(Delivery).limit(answers):
            told = {"survey": campaign.survey, "campaign": campaign, "answered_at": NOON}
            even = delivery.id % 2 == 0
            session.add(
                Response(
                    invitation=delivery.invitation,
                    score=10 if even else 0,
                    category="promoter" if even else "detractor",
                    answered_on=NOON.date(),
                    **told,
                )
            )
        session.commit()
        return campaign

    return make


def test_answers_and_their_precision_are_foretold_from_earlier_campaigns(desk, answered, session):
    answered(20)

    told = campaign_forecast.foretell(session, desk.campaign(), 400, now=NOON + timedelta(days=30))

    assert told.answers == 200
    assert told.low < 200 < told.high
    assert 10 <= told.points <= 16


def test_nothing_is_foretold_from_few_answers(desk, answered, session):
    answered(19)
    later = NOON + timedelta(days=30)

    assert campaign_forecast.foretell(session, desk.campaign(), 400, now=later) is None


def test_a_campaign_that_is_still_being_answered_foretells_nothing(desk, answered, session):
    answered(30)
    soon = NOON + timedelta(days=13)

    assert campaign_forecast.foretell(session, desk.campaign(), 400, now=soon) is None


def test_a_plain_word_expects_no_answer(desk, session):
    word = desk.campaign(survey=None, template=desk.template("reaction"))

    assert campaign_forecast.foretell(session, word, 400, now=NOON) is None
