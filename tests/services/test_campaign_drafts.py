"""A campaign is decided in four steps, kept after each, and changed until it is launched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hopnps.domain.errors import Invalid, Refused
from hopnps.models import Campaign
from hopnps.services import campaign_drafts, campaigns
from tests.conftest import NOON
from tests.sending import CADENCE


@pytest.fixture
def draft(desk, session):
    """A draft that asks the survey `relation`."""

    def begin(**overrides):
        values = {"survey": desk.survey(), "by": "Camille", "now": NOON} | overrides
        return campaign_drafts.begin(session, **values)

    return begin


def test_a_draft_knows_which_step_is_open(draft, desk, session):
    word = draft(survey=None)
    assert campaign_drafts.missing(word) == "whom"

    campaign_drafts.address(session, word, desk.segment())
    assert campaign_drafts.missing(word) == "mail"

    campaign_drafts.choose_mail(session, word, desk.template("reaction"))
    assert campaign_drafts.missing(word) is None


def test_a_survey_brings_its_own_mail_and_another_one_another(draft, desk, session):
    campaign = draft(segment=desk.segment())
    assert campaign.template.slug == "relation"

    campaign_drafts.ask(session, campaign, survey=desk.survey("ticket"), name="")

    assert campaign.template.slug == "ticket"


def test_asking_the_same_again_keeps_the_mail_that_was_chosen(draft, desk, session):
    campaign = draft()
    campaign_drafts.choose_mail(session, campaign, desk.template("ticket"))

    campaign_drafts.ask(session, campaign, survey=desk.survey(), name="Printemps")

    assert (campaign.template.slug, campaign.name) == ("ticket", "Printemps")


def test_a_name_that_nobody_typed_follows_what_it_is_made_of(draft, desk, session):
    campaign = draft()
    before = campaign.name
    campaign_drafts.address(session, campaign, desk.segment())

    assert campaign.name == f"{before}, {desk.segment().name}"


def test_a_name_that_was_typed_stays(draft, desk, session):
    campaign = draft(name="  Rentrée   2025 ")
    campaign_drafts.address(session, campaign, desk.segment())

    assert campaign.name == "Rentrée 2025"


def test_a_mail_without_score_buttons_carries_no_survey(draft, desk, session):
    with pytest.raises(Refused, match="no score buttons"):
        campaign_drafts.choose_mail(session, draft(), desk.template("reaction"))


def test_a_date_that_has_passed_is_refused_at_its_field(draft, session):
    campaign = draft()

    with pytest.raises(Invalid) as refusal:
        campaign_drafts.choose_date(session, campaign, NOON - timedelta(minutes=1), now=NOON)

    assert refusal.value.field == "at"


def test_a_date_can_be_chosen_and_taken_back(draft, session):
    campaign, later = draft(), NOON + timedelta(days=2)

    campaign_drafts.choose_date(session, campaign, later, now=NOON)
    assert campaign.planned_for == later

    campaign_drafts.choose_date(session, campaign, None, now=NOON)
    assert campaign.planned_for is None


def test_a_launched_campaign_is_neither_changed_nor_thrown_away(desk, session, cast):
    cast.client("claire")
    campaign = desk.campaign()
    desk.launch(campaign)

    with pytest.raises(Refused, match="can no longer be changed"):
        campaign_drafts.address(session, campaign, desk.segment())
    with pytest.raises(Refused, match="can no longer be changed"):
        campaign_drafts.throw_away(session, campaign)


def test_an_unfinished_draft_is_not_launched(draft, session):
    with pytest.raises(Refused, match="not finished"):
        campaigns.launch(session, draft(), cadence=CADENCE, expiry_days=90, now=NOON)


def test_a_draft_is_thrown_away(draft, session):
    campaign_drafts.throw_away(session, draft())

    assert session.query(Campaign).count() == 0
