"""Behind each number stand its people: as many as the number says, narrowed to whom one may see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hopnps.domain.errors import NotFound
from hopnps.domain.scope import only
from hopnps.models import Address, Click
from hopnps.services import campaign_people, campaign_results, responses
from hopnps.services.campaign_people import Group
from tests.conftest import NOON
from tests.sending import CADENCE, PARIS


@pytest.fixture
def everybody(cast):
    return [cast.client(name) for name in ("claire", "marc", "tom", "zoe", "omar")]


@pytest.fixture
def behind(session):
    """The people behind a number, by name."""

    def find(campaign, group, **narrowed):
        wanted = Group(campaign, group, **narrowed)
        found = campaign_people.page(session, wanted, cadence=CADENCE, now=NOON, limit=100)
        assert campaign_people.count(session, wanted, cadence=CADENCE, now=NOON) == len(found)
        return found

    return find


def names(people):
    return [one.contact.first_name for one in people]


def test_each_number_of_the_results_has_as_many_people(desk, everybody, session, mailroom, behind):
    mailroom.answers[everybody[3].address] = "550 5.1.1 no such user"
    mailroom.answers[everybody[4].address] = "450 later"
    session.add(Address(email=everybody[2].address, unsubscribed_at=NOON))
    campaign = desk.campaign()
    desk.launch(campaign)
    desk.work()
    first, second = (one.invitation for one in desk.deliveries()[:2])
    session.add(Click(invitation_id=first.id, score=9, clicked_at=NOON))
    session.add(Click(invitation_id=first.id, score=9, clicked_at=NOON))
    responses.respond(session, first, 9, comment="Bravo", now=NOON, timezone=PARIS)
    session.commit()

    found = campaign_results.results(session, campaign)

    assert found.sent == len(behind(campaign, "sent")) == 2
    assert found.failed == len(behind(campaign, "failed")) == 1
    assert found.put_off == len(behind(campaign, "put_off")) == 1
    assert found.clicks[9] == len(behind(campaign, "clicks-9")) == 1
    assert found.skipped["unsubscribed"] == len(behind(campaign, "unsubscribed")) == 1
    assert names(behind(campaign, "answers-9")) == ["Claire"]
    assert behind(campaign, "answers")[0].answer.comment == "Bravo"
    assert names(behind(campaign, "silent")) == [second.contact.first_name]


def test_who_unsubscribed_since_the_launch_stands_with_those_left_out(
    desk, everybody, session, behind
):
    session.add(Address(email=everybody[1].address, unsubscribed_at=NOON))
    campaign = desk.campaign(due_at=NOON + timedelta(days=1))
    desk.launch(campaign)
    session.query(Address).filter_by(email=everybody[0].address).one().unsubscribed_at = NOON
    session.commit()
    desk.work(after=timedelta(days=1))

    assert campaign_results.results(session, campaign).skipped == {"unsubscribed": 2}
    assert names(behind(campaign, "unsubscribed")) == ["Claire", "Marc"]


def test_who_was_asked_recently_is_told_from_when_on(desk, everybody, session, behind):
    session.add(Address(email=everybody[0].address, last_asked_at=NOON - timedelta(days=12)))
    campaign = desk.campaign()
    before = behind(campaign, "asked_recently")
    desk.launch(campaign)

    assert before[0].askable_on == date(2026, 4, 19)
    assert behind(campaign, "asked_recently")[0].askable_on == date(2026, 4, 19)


@pytest.mark.parametrize("letters", ["lefevre", "ZOÉ lef", "zoe.lefevre@example"])
def test_somebody_is_found_by_some_letters(desk, everybody, behind, letters):
    assert names(behind(desk.campaign(), "recipients", letters=letters)) == ["Zoé"]


def test_who_sees_one_store_sees_its_clients_only(desk, cast, session, behind):
    lille = cast.store("Lille")
    cast.client("claire", store=lille)
    cast.client("marc")
    campaign = desk.campaign()
    desk.launch(campaign)

    theirs = only(stores=(lille.id,))
    assert names(behind(campaign, "waiting", scope=theirs)) == ["Claire"]
    assert campaign_results.results(session, campaign, scope=theirs).waiting == 1
    assert names(behind(campaign, "waiting")) == ["Claire", "Marc"]


def test_who_has_no_first_name_is_listed(desk, cast, behind):
    cast.client("claire", first_name=" ")
    cast.client("marc")

    assert [one.contact.last_name for one in behind(desk.campaign(), "without-first_name")] == [
        "Delmas"
    ]


@pytest.mark.parametrize(
    "group", ["anybody", "answers-11", "answers-x", "clicks--1", "sent-3", "without-x", ""]
)
def test_a_list_that_there_is_not_is_not_found(desk, everybody, behind, group):
    campaign = desk.campaign()
    with pytest.raises(NotFound):
        behind(campaign, group)
    desk.launch(campaign)
    with pytest.raises(NotFound):
        behind(campaign, group)


def test_a_file_holds_everybody(desk, everybody, session):
    found = campaign_people.everyone(
        session, Group(desk.campaign(), "recipients"), cadence=CADENCE, now=NOON
    )

    assert len(list(found)) == 5
