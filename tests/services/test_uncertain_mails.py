"""Mails that may have left move on a person's word only, and once."""

from __future__ import annotations

import pytest

from hopnps.services import uncertain_mails
from hopnps.services.uncertain_mails import Chosen
from hopnps.signals import invitation_sent
from tests.conftest import NOON


@pytest.fixture
def doubtful(desk, cast, mailroom):
    """A campaign of two whose second mail may have left."""
    cast.client("claire")
    mailroom.cut_after_dot.add(cast.client("tom").address)
    campaign = desk.campaign()
    desk.launch(campaign)
    desk.work()
    mailroom.cut_after_dot.clear()
    return campaign


def states(desk):
    return [one.state for one in desk.deliveries()]


def test_sent_again_it_leaves_at_the_next_turn(desk, doubtful, session, mailroom):
    before = len(mailroom.mails)
    assert uncertain_mails.send_again(session, Chosen(doubtful.id), now=NOON) == 1
    assert uncertain_mails.send_again(session, Chosen(doubtful.id), now=NOON) == 0
    desk.work()

    assert states(desk) == ["sent", "sent"]
    assert len(mailroom.mails) == before + 1


def test_counted_as_sent_it_left_when_it_was_tried_and_listeners_hear_of_it(
    desk, doubtful, session
):
    heard = []

    def listen(sender, **facts):
        heard.append(facts)

    with invitation_sent.connected_to(listen):
        assert uncertain_mails.count_as_sent(session, Chosen(doubtful.id)) == 1
        session.commit()

    second = desk.deliveries()[1]
    assert (second.state, second.sent_at) == ("sent", second.data_at)
    assert heard == [{"invitation_id": second.invitation_id}]


def test_another_campaign_s_doubt_stays(desk, doubtful, session):
    other = desk.campaign(name="Autre")

    assert uncertain_mails.send_again(session, Chosen(other.id), now=NOON) == 0
    assert states(desk) == ["sent", "uncertain"]
