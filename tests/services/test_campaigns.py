"""One person, one mail, however often launch is pressed, and a reason for everybody who gets none."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from hopnps import database
from hopnps.domain.errors import NotFound, Refused
from hopnps.models import Address, Campaign, CampaignSkip, Click, Contact, Invitation
from hopnps.services import (
    campaign_list,
    campaign_people,
    campaign_results,
    campaigns,
    launching,
    responses,
)
from hopnps.services.campaign_people import Group
from hopnps.services.campaigns import Announced, Moved
from hopnps.signals import campaign_launched
from tests.conftest import NOON
from tests.sending import CADENCE, PARIS


@pytest.fixture
def everybody(cast):
    return [cast.client(name) for name in ("claire", "marc", "tom", "zoe", "omar")]


def test_everybody_who_may_gets_one_mail(desk, everybody, session):
    result = desk.launch()

    assert (result.queued, result.skipped, result.again) == (5, {}, False)
    assert {one.state for one in desk.deliveries()} == {"waiting"}
    assert {one.cause for one in session.query(Invitation)} == {f"campaign:{result.campaign_id}"}


def test_the_language_is_theirs_if_we_speak_it_else_french(desk, cast, session):
    for name, language in [("claire", "fr-FR"), ("tom", " EN"), ("zoe", "de"), ("omar", "")]:
        cast.client(name, language=language)

    desk.launch()

    spoken = [one.language for one in session.query(Invitation).order_by(Invitation.contact_id)]
    assert spoken == ["fr", "en", "fr", "fr"]


def test_everybody_left_out_is_left_out_for_a_reason(desk, cast, session):
    claire = cast.client("claire")
    cast.client("marc", external_id="marc-2", email=claire.email, address=claire.address)
    cast.client("tom", email="", address="")
    zoe, omar = cast.client("zoe"), cast.client("omar")
    late = cast.client("marc", email="late@example.org", address="late@example.org")
    session.add(Address(email=zoe.address, unsubscribed_at=NOON))
    session.add(Address(email=omar.address, bounced_at=NOON))
    session.add(Address(email=late.address, last_asked_at=NOON - timedelta(days=12)))
    session.commit()
    campaign = desk.campaign()

    announced = campaigns.audience(session, campaign, cadence=CADENCE, now=NOON)
    result = desk.launch(campaign)

    reasons = {
        "no_address": 1,
        "unsubscribed": 1,
        "bounced": 1,
        "asked_recently": 1,
        "same_address": 1,
    }
    assert (announced.recipients, announced.skipped, announced.members) == (1, reasons, 6)
    assert announced.askable_on == date(2026, 4, 19)
    assert (result.queued, result.skipped) == (1, reasons)
    assert session.query(Invitation).one().contact is claire
    recent = session.query(CampaignSkip).filter_by(reason="asked_recently").one()
    assert (recent.contact, recent.askable_on) == (late, date(2026, 4, 19))


def test_the_lists_name_everybody_once(desk, everybody, session):
    session.add(Address(email=everybody[1].address, unsubscribed_at=NOON))
    campaign = desk.campaign()

    chosen = named(session, campaign, "recipients")
    refusing = named(session, campaign, "unsubscribed")

    assert [one.last_name for one in chosen] == ["Ashby", "Delmas", "Haddad", "Lefèvre"]
    assert refusing == [everybody[1]]


def test_launching_again_queues_nobody_and_says_so(desk, everybody, cast):
    campaign = desk.campaign()
    desk.launch(campaign)
    cast.client("claire", external_id="new", email="new@example.org", address="new@example.org")

    again = desk.launch(campaign, now=NOON + timedelta(days=100))

    assert (again.queued, again.again) == (0, True)
    assert len(desk.deliveries()) == 5


def test_the_next_campaign_leaves_those_alone_who_were_just_asked(desk, everybody):
    desk.launch()

    assert desk.launch(now=NOON + timedelta(days=59)).skipped == {"asked_recently": 5}
    assert desk.launch(now=NOON + timedelta(days=60)).queued == 5


def test_a_plain_word_neither_asks_nor_waits(desk, everybody, session):
    desk.launch()
    word = desk.campaign(survey=None, template=desk.template("reaction"))
    asked = session.scalars(sa.select(Address.last_asked_at)).all()

    result = desk.launch(word, now=NOON + timedelta(days=1))

    assert result.queued == 5
    session.expire_all()
    assert session.scalars(sa.select(Address.last_asked_at)).all() == asked


def test_who_was_never_written_to_gets_a_plain_word_and_no_mark_of_an_asking(
    desk, everybody, session
):
    result = desk.launch(desk.campaign(survey=None, template=desk.template("reaction")))

    assert result.queued == 5
    assert session.scalars(sa.select(Address.last_asked_at)).all() == [None] * 5


def test_a_plain_word_is_not_sent_to_who_unsubscribed(desk, everybody, session):
    session.add(Address(email=everybody[0].address, unsubscribed_at=NOON))

    result = desk.launch(desk.campaign(survey=None, template=desk.template("reaction")))

    assert (result.queued, result.skipped) == (4, {"unsubscribed": 1})


def test_a_campaign_planned_ahead_judges_by_its_day_and_expires_from_it(
    desk, cast, session, mailroom
):
    claire = cast.client("claire")
    session.add(Address(email=claire.address, last_asked_at=NOON - timedelta(days=55)))
    due_at = NOON + timedelta(days=10)

    result = desk.launch(desk.campaign(due_at=due_at))
    desk.work(after=timedelta(days=9))
    assert (result.queued, mailroom.mails) == (1, [])
    desk.work(after=timedelta(days=10))

    assert len(mailroom.mails) == 1
    invitation = session.query(Invitation).one()
    assert invitation.expires_at == due_at + timedelta(days=90)
    assert invitation.address.last_asked_at == due_at


def test_a_date_in_the_past_means_now(desk):
    assert desk.campaign(due_at=NOON - timedelta(days=3)).due_at == NOON


def test_the_words_are_those_of_the_launch(desk, cast, mailroom):
    claire = cast.client("claire")
    campaign = desk.campaign(due_at=NOON + timedelta(days=1))
    desk.launch(campaign)
    desk.new_version(subject="Un autre objet")

    desk.work(after=timedelta(days=1))

    assert campaign.template_version.number == 1
    assert mailroom.to(claire.address)[0].message["Subject"] != "Un autre objet"


def test_listeners_hear_of_the_launch_once(desk, everybody):
    heard = []

    def listen(sender, **facts):
        heard.append(facts)

    campaign = desk.campaign()
    with campaign_launched.connected_to(listen):
        desk.launch(campaign)
        desk.launch(campaign)

    assert heard == [{"campaign_id": campaign.id}]


def test_two_who_press_launch_at_once_queue_everybody_once(app, desk, everybody, session):
    campaign_id = desk.campaign().id

    results = at_once(app, [campaign_id, campaign_id])

    assert sorted(result.queued for result in results) == [0, 5]
    assert len(desk.deliveries()) == 5


def test_two_campaigns_launched_at_once_ask_nobody_twice(app, desk, everybody, session):
    ids = [desk.campaign(name=name).id for name in ("Une", "Deux")]

    results = at_once(app, ids)

    assert sorted(result.queued for result in results) == [0, 5]
    assert len(desk.deliveries()) == 5


def test_a_mail_without_score_buttons_carries_no_survey(desk):
    with pytest.raises(Refused, match="no score buttons"):
        desk.campaign(template=desk.template("reaction"))


def test_a_campaign_that_is_not_there_is_not_found(session):
    with pytest.raises(NotFound):
        campaigns.find(session, 999)


def test_results_count_fates_clicks_and_answers(desk, everybody, session, mailroom):
    mailroom.answers[everybody[3].address] = "550 5.1.1 no such user"
    mailroom.answers[everybody[4].address] = "450 later"
    campaign = desk.campaign()
    desk.launch(campaign)
    desk.work()
    first, second = (one.invitation for one in desk.deliveries()[:2])
    for _ in range(3):
        session.add(Click(invitation_id=first.id, score=9, clicked_at=NOON))
    responses.respond(session, first, 9, now=NOON, timezone=PARIS)
    responses.respond(session, second, 2, now=NOON, timezone=PARIS)
    session.commit()

    found = campaign_results.results(session, campaign)

    assert (found.queued, found.sent, found.failed, found.waiting, found.put_off) == (5, 3, 1, 1, 1)
    assert [found.clicks[9], found.answers[9], found.answers[2]] == [1, 1, 1]
    assert (found.tally.nps, found.tally.answers) == (0, 2)
    assert found.answer_rate == pytest.approx(2 / 3)


def test_another_campaign_leaves_the_results_alone(desk, everybody, session):
    campaign = desk.campaign()
    desk.launch()

    found = campaign_results.results(session, campaign)

    assert (found.queued, found.tally.answers) == (0, 0)


def test_the_launch_keeps_what_the_survey_says(desk, everybody, session):
    desk.launch()

    version = session.query(Invitation).first().survey_version
    assert version is not None
    assert {one.survey_version_id for one in session.query(Invitation)} == {version.id}


def test_exactly_what_was_announced_leaves(desk, everybody, session):
    campaign = desk.campaign()

    assert launched(session, campaign, Announced(5, campaigns.mark(campaign))).queued == 5


def test_when_the_audience_moved_nothing_leaves_and_the_new_number_is_told(
    desk, everybody, cast, session
):
    campaign = desk.campaign()
    mark = campaigns.mark(campaign)
    cast.client("claire", external_id="new", email="new@example.org", address="new@example.org")

    with pytest.raises(Moved) as moved:
        launched(session, campaign, Announced(5, mark))
    session.rollback()

    assert moved.value.people == 6
    assert (desk.deliveries(), campaign.launched_at) == ([], None)


def test_when_the_mail_changed_since_nothing_leaves(desk, everybody, session):
    campaign = desk.campaign()
    mark = campaigns.mark(campaign)
    desk.new_version()

    with pytest.raises(Moved):
        launched(session, campaign, Announced(5, mark))
    session.rollback()

    assert desk.deliveries() == []


def test_a_list_of_campaigns_knows_their_states_and_figures(desk, everybody, session, mailroom):
    mailroom.answers[everybody[1].address] = "450 later"
    sending, draft = desk.campaign(name="Une"), desk.campaign(name="Deux")
    desk.launch(sending)
    desk.work()
    responses.respond(session, desk.deliveries()[0].invitation, 9, now=NOON, timezone=PARIS)
    session.commit()

    first, second = campaign_list.lines(session, [sending, draft], now=NOON)

    assert (first.stage, first.sent, first.queued, first.tally.nps) == ("sending", 4, 5, 100)
    assert (second.stage, second.sent) == ("draft", 0)


def test_a_list_of_campaigns_asks_the_database_twice_however_many_there_are(desk, session):
    found = [desk.campaign(name=str(number)) for number in range(5)]
    for one in found:
        desk.launch(one)
    asked = []

    @sa.event.listens_for(session.get_bind(), "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    session.refresh(found[0])
    asked.clear()
    campaign_list.lines(session, campaigns.newest(session, limit=10), now=NOON)
    sa.event.remove(session.get_bind(), "before_cursor_execute", note)

    assert len([one for one in asked if one.startswith("SELECT")]) == 3  # one for the campaigns


def test_the_pace_is_told_once_some_have_left(desk, cast, session):
    for number in range(6):
        mail = f"c{number}@example.org"
        cast.client("claire", external_id=str(number), email=mail, address=mail)
    campaign = desk.campaign()
    desk.launch(campaign)
    assert campaign_results.pace(session, campaign, now=NOON) is None
    for number, one in enumerate(desk.deliveries()):
        one.state, one.sent_at = "sent", NOON + timedelta(seconds=2 * number)
    session.commit()

    assert campaign_results.pace(session, campaign, now=NOON + timedelta(seconds=20)) == 0.5


def test_a_client_deleted_in_the_midst_of_a_launch_is_told_in_words_and_nothing_leaves(
    desk, everybody, session, monkeypatch
):
    engine, step = session.get_bind(), launching.know_addresses
    if engine.dialect.name != "postgresql":
        pytest.skip("nobody else writes meanwhile on SQLite")

    def delete_first(*given):
        with engine.begin() as another:
            another.execute(sa.delete(Contact).where(Contact.id == everybody[0].id))
        step(*given)

    session.commit()
    monkeypatch.setattr(launching, "know_addresses", delete_first)
    with pytest.raises(Moved, match="Clients were deleted"):
        desk.launch()
    session.rollback()

    assert session.query(Invitation).count() == 0
    monkeypatch.setattr(launching, "know_addresses", step)
    assert desk.launch().queued == 4


def launched(session, campaign, announced):
    return campaigns.launch(
        session, campaign, cadence=CADENCE, expiry_days=90, announced=announced, now=NOON
    )


def named(session, campaign, group, **narrowed):
    """The contacts of a group, by name."""
    found = campaign_people.page(
        session, Group(campaign, group, **narrowed), cadence=CADENCE, now=NOON, limit=100
    )
    return [one.contact for one in found]


def at_once(app, campaign_ids):
    """Launch each of these in a thread of its own, all at the same moment."""
    start, results = Barrier(len(campaign_ids)), []

    def press(campaign_id):
        database.intend(writing=True)
        with app.app_context():
            session = app.extensions["hopnps"].session
            campaign = session.get(Campaign, campaign_id)
            session.commit()
            start.wait()
            results.append(
                campaigns.launch(session, campaign, cadence=CADENCE, expiry_days=90, now=NOON)
            )
            session.commit()

    threads = [Thread(target=press, args=(campaign_id,)) for campaign_id in campaign_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
