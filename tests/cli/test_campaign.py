"""hopnps campaign: launched by scripts, once, with a reason for everybody left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from hopnps import postman
from hopnps.models import Address, Campaign, Delivery

LAUNCH = ("campaign", "launch", "--segment", "everyone")


@pytest.fixture
def settings():
    """Commands answer in English here."""
    return {"HOPNPS_LANGUAGE": "en"}


@pytest.fixture
def everybody(cast):
    return [cast.client(name) for name in ("claire", "marc", "tom")]


def test_the_answer_to_a_launch_is_exactly_this(run, everybody, session):
    session.add(Address(email=everybody[0].address, unsubscribed_at=datetime.now(UTC)))
    session.commit()

    answer = json.loads(run(*LAUNCH, "--survey", "relation", "--json").stdout)

    assert answer == {"campaign": 1, "queued": 2, "skipped": {"unsubscribed": 1}}


def test_without_json_it_is_said_in_words(run, everybody, session):
    session.add(Address(email=everybody[0].address, unsubscribed_at=datetime.now(UTC)))
    session.commit()

    result = run(*LAUNCH, "--survey", "relation")

    assert result.exit_code == 0
    assert "2 mails queued" in result.stdout
    assert "unsubscribed: 1" in result.stdout


def test_a_plain_word_launched_twice_on_a_day_is_sent_once(run, everybody, mailroom):
    first = run(*LAUNCH, "--template", "reaction", "--json")
    again = run(*LAUNCH, "--template", "reaction", "--json")
    run("worker", "--once")

    assert json.loads(first.stdout)["queued"] == 3
    assert json.loads(again.stdout)["queued"] == 0
    assert "nobody is written to twice" in again.stderr
    assert len(mailroom.mails) == 3


def test_a_name_makes_a_launch_the_same_again_whatever_the_frequency(run, everybody, app):
    app.config["HOPNPS_FREQUENCY_DAYS"] = 0
    named = (*LAUNCH, "--survey", "relation", "--name", "Mars")

    assert json.loads(run(*named, "--json").stdout)["queued"] == 3
    assert json.loads(run(*named, "--json").stdout)["queued"] == 0
    assert json.loads(run(*LAUNCH, "--survey", "relation", "--json").stdout)["queued"] == 3


@pytest.mark.parametrize("way", ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
def test_a_campaign_leaves_at_its_time(run, everybody, house, mailroom, session, way):
    later = (datetime.now(house.timezone) + timedelta(days=3)).replace(second=0, microsecond=0)

    assert run(*LAUNCH, "--survey", "relation", "--at", later.strftime(way)).exit_code == 0
    run("worker", "--once")

    assert mailroom.mails == []
    session.rollback()
    assert {one.due_at for one in session.query(Delivery)} == {later}


def test_a_time_that_has_passed_means_now(run, everybody, mailroom):
    run(*LAUNCH, "--survey", "relation", "--at", "01/02/2020 9:30")
    run("worker", "--once")

    assert len(mailroom.mails) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--survey", "nothing"), "nothing"),
        (("--template", "nothing"), "nothing"),
        ((), "Choose a survey or a template."),
        (("--survey", "relation", "--at", "soon"), "“soon” is not a date"),
        (("--survey", "relation", "--template", "reaction"), "no score buttons"),
    ],
)
def test_what_cannot_be_launched_is_refused_in_a_sentence(run, everybody, session, words, said):
    result = run(*LAUNCH, *words)

    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert session.query(Campaign).count() == 0


def test_without_a_segment_the_usage_is_wrong(run):
    assert run("campaign", "launch", "--survey", "relation").exit_code == 2


def test_the_status_tells_fates_and_figures(run, everybody, mailroom):
    mailroom.answers[everybody[1].address] = "550 5.1.1 no such user"
    run(*LAUNCH, "--survey", "relation")
    run("worker", "--once")

    status = json.loads(run("campaign", "status", "1", "--json").stdout)

    assert (status["sent"], status["failed"], status["waiting"], status["uncertain"]) == (
        2,
        1,
        0,
        0,
    )
    assert status["nps"] is None
    assert "sent 2, waiting 0, failed 1, uncertain 0" in run("campaign", "status", "1").stdout


def test_a_campaign_that_is_not_there_is_refused(run):
    result = run("campaign", "status", "99")

    assert (result.exit_code, "There is no campaign 99." in result.stderr) == (1, True)


def test_campaigns_are_listed_the_newest_first(run, everybody):
    run(*LAUNCH, "--survey", "relation", "--name", "Une")
    run(*LAUNCH, "--template", "reaction", "--name", "Deux")

    listed = json.loads(run("campaign", "list", "--json").stdout)

    assert [one["name"] for one in listed] == ["Deux", "Une"]
    assert [one["survey"] for one in listed] == [None, "relation"]
    assert "Deux" in run("campaign", "list").stdout


def test_the_worker_ends_well_with_mails_put_off(run, everybody, mailroom, session):
    for one in everybody:
        mailroom.answers[one.address] = "450 later"
    run(*LAUNCH, "--survey", "relation")

    assert run("worker", "--once").exit_code == 0
    session.rollback()
    assert {one.state for one in session.query(Delivery)} == {"waiting"}


@pytest.mark.own_app
def test_the_worker_ends_well_without_a_mail_server(run, everybody, house, session, monkeypatch):
    monkeypatch.setattr(postman, "RETRY_SECONDS", (0, 0))
    house.mailer.state.port = 1
    run(*LAUNCH, "--survey", "relation")

    assert run("worker", "--once").exit_code == 0
    session.rollback()
    assert {one.state for one in session.query(Delivery)} == {"waiting"}
