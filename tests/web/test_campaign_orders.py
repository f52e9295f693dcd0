"""On a campaign's page: pause, resume, cancel after a page that says what stays, send the rest; hours, rates, reminders."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask_babel import refresh

from hopnps.models import Campaign, Delivery
from hopnps.services import campaign_runs
from tests.web.visitor import Visitor


@pytest.fixture
def camille(app, cast):
    """A marketer at her browser, who reads English."""
    visitor = Visitor(app, cast.colleague("camille"))
    visitor.post("/language", follow=False, language="en")
    refresh()  # the locale that the stage's application context remembers
    return visitor


@pytest.fixture
def running(desk, cast):
    """A campaign to two whose mails wait."""
    for name in ("claire", "tom"):
        cast.client(name)
    now = datetime.now(UTC)
    campaign = desk.campaign(now=now)
    desk.launch(campaign, now=now)
    return campaign


def states(session):
    session.rollback()
    return {(one.state, one.reason) for one in session.query(Delivery)}


def test_a_pause_is_said_on_the_page_with_who_paused_it(camille, running, session):
    paused = camille.post(f"/campaigns/{running.id}/pause").text
    assert "The campaign is paused." in paused
    assert "Paused by Camille Arnoux" in paused
    assert "/resumption" in paused and "/pause" not in paused
    assert "Paused" in camille.get("/campaigns").text

    resumed = camille.post(f"/campaigns/{running.id}/resumption").text
    assert "The campaign goes on." in resumed and "Paused by" not in resumed


def test_one_that_paused_itself_says_why_and_what_the_server_said(camille, running, session):
    why = f"{campaign_runs.NOT_LET_IN}\n535 5.7.8 <b>bad credentials</b>"
    campaign_runs.pause(session, running.id, why=why, now=datetime.now(UTC))
    session.commit()

    page = camille.get(f"/campaigns/{running.id}").text
    assert "It paused itself" in page and "refused our name or our password" in page
    assert "535 5.7.8 &lt;b&gt;bad credentials" in page
    camille.post("/language", follow=False, language="fr")
    assert "a refusé notre nom" in camille.get(f"/campaigns/{running.id}").text


def test_a_cancel_says_first_what_stays_and_then_ends_it(camille, running, session):
    asked = camille.get(f"/campaigns/{running.id}/cancellation").text
    assert "What cannot be taken back" in asked
    assert "2 mails that wait will not be sent." in asked
    assert states(session) == {("waiting", "")}

    page = camille.post(f"/campaigns/{running.id}/cancellation").text
    assert "Cancelled by Camille Arnoux" in page
    assert "Send the rest: 2 mails" in page
    assert states(session) == {("skipped", "cancelled")}

    assert "2 mails wait again." in camille.post(f"/campaigns/{running.id}/rest").text
    assert states(session) == {("waiting", "")}


def test_of_a_planned_one_nothing_is_told_as_if_it_had_left(camille, desk, cast):
    cast.client("claire")
    cast.client("zoe", email="", address="")
    now = datetime.now(UTC)
    campaign = desk.campaign(due_at=now + timedelta(days=3))
    desk.launch(campaign, now=now)

    page = camille.get(f"/campaigns/{campaign.id}").text
    assert "1 will not get it" in page and "Clicks and answers" not in page
    asked = camille.get(f"/campaigns/{campaign.id}/cancellation").text
    assert "1 mail that waits will not be sent." in asked
    assert "What cannot be taken back" not in asked


def test_what_makes_no_sense_is_said_on_the_page(camille, running):
    camille.post(f"/campaigns/{running.id}/cancellation")

    assert "can only send the rest" in camille.post(f"/campaigns/{running.id}/resumption").text
    assert camille.post("/campaigns/99/pause").status_code == 404


def test_some_uncertain_mails_are_ticked_and_leave_again(camille, running, session):
    mails = session.query(Delivery).all()
    for one in mails:
        one.state, one.data_at = "uncertain", datetime.now(UTC)
    session.commit()

    page = camille.post(f"/campaigns/{running.id}/uncertain", fate="again", mail=str(mails[0].id))
    assert "1 mail leaves again" in page.text
    session.rollback()
    assert sorted(one.state for one in session.query(Delivery)) == ["uncertain", "waiting"]


@pytest.fixture
def draft(camille, desk, cast, session):
    """The address of a draft that lacks only its date."""
    cast.client("claire")
    desk.survey()
    camille.post("/campaigns/new", survey="relation", name="Spring")
    session.rollback()
    path = f"/campaigns/{session.query(Campaign).one().id}"
    camille.post(f"{path}/whom", segment="everyone")
    return path


def test_hours_pace_and_reminders_are_chosen_and_said_before_the_launch(camille, draft, session):
    chosen = {"days": "1-5", "hours": "9-18:30", "holidays": "y", "rate": "600", "spread": "4"}
    page = camille.post(f"{draft}/when", when="now", reminder="4", second="7", **chosen).text

    assert "Mon Tue Wed Thu Fri, 9:00 – 18:30, not on public holidays" in page
    assert "spread over 4 hours, at most 600 mails a minute" in page
    assert "after 4 days to those who have not answered, once more 7 days later" in page
    assert "and 2 reminders, if nobody answers" in page
    session.rollback()
    campaign = session.query(Campaign).one()
    assert campaign.reminder_days == [4, 7]
    assert campaign.pace == {
        "days": "1-5",
        "hours": "9-18:30",
        "holidays": False,
        "rate": 600,
        "spread": 4,
    }
    shown = camille.get(f"{draft}/when").text
    assert 'value="9-18:30"' in shown and '<details class="further" open' in shown


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("days", "mon", "Write days as numbers"),
        ("hours", "18-9", "The hours begin before they end"),
        ("rate", "quick", "Write a whole number"),
        ("spread", "9999", "Write a whole number up to 336"),
        ("reminder", "0", "From 1 to 60 days."),
        ("second", "soon", "Write a number of days."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(camille, draft, session, field, typed, said):
    typed = {"reminder": "4", field: typed}

    page = camille.post(f"{draft}/when", when="now", **typed).text

    assert f'id="{field}-fault">{said}' in page
    session.rollback()
    campaign = session.query(Campaign).one()
    assert (campaign.pace, campaign.reminder_days) == ({}, [])


def test_all_that_cannot_be_is_said_at_once(camille, draft):
    wrong = {"days": "mon", "hours": "18-9", "rate": "quick", "spread": "9999", "second": "7"}

    page = camille.post(f"{draft}/when", when="later", **wrong).text

    faults = re.findall(r'id="(\w+)-fault">', page)
    assert faults == ["at", "reminder", "days", "hours", "spread", "rate"]
    assert 'id="reminder-fault">Fill in the first reminder before the second.' in page


def test_outside_its_hours_the_page_says_when_it_goes_on(camille, running, session):
    today = datetime.now(UTC).isoweekday()  # in Paris it may be tomorrow already
    running.pace = {"days": str((today + 1) % 7 + 1)}
    session.commit()

    page = camille.get(f"/campaigns/{running.id}").text
    assert "Outside the hours in which mails may leave" in page
    assert "It goes on by itself on" in page


def test_reminders_stand_apart(camille, running, session):
    running.reminder_days = [4]
    session.commit()

    page = camille.get(f"/campaigns/{running.id}").text
    assert "First reminder" in page and "4 days after the mail before it" in page
