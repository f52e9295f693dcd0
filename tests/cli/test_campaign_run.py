"""hopnps campaign status|pause|resume|cancel|send-rest: a word to a campaign while it runs."""

from __future__ import annotations

import json

import pytest

from hopnps.models import Delivery

LAUNCH = ("campaign", "launch", "--segment", "everyone", "--survey", "relation")


@pytest.fixture
def settings():
    """Commands answer in English here."""
    return {"HOPNPS_LANGUAGE": "en"}


@pytest.fixture
def everybody(cast):
    return [cast.client(name) for name in ("claire", "marc", "tom")]


@pytest.fixture
def running(run, everybody):
    run(*LAUNCH)


def said(run, *words):
    return json.loads(run("campaign", *words, "--json").stdout)


def test_a_pause_holds_all_and_an_end_of_it_lets_them_leave(run, running, mailroom):
    paused = said(run, "pause", "1")
    assert (paused["state"], paused["waiting"]) == ("paused", 3)
    run("worker", "--once")
    assert mailroom.mails == []
    assert "paused" in run("campaign", "status", "1").stdout

    assert said(run, "resume", "1")["state"] == "sending"
    run("worker", "--once")
    assert len(mailroom.mails) == 3
    assert said(run, "status", "1")["state"] == "sent"


def test_a_cancel_names_its_reason_and_the_rest_leaves_on_an_order(run, running, mailroom):
    cancelled = said(run, "cancel", "1")
    run("worker", "--once")

    assert (cancelled["state"], cancelled["skipped"]) == ("cancelled", {"cancelled": 3})
    assert mailroom.mails == []

    assert said(run, "send-rest", "1")["again"] == 3
    run("worker", "--once")
    assert len(mailroom.mails) == 3
    assert said(run, "send-rest", "1")["again"] == 0


def test_each_order_says_in_words_what_it_did(run, running):
    for order, words in [
        ("pause", "The campaign is paused."),
        ("pause", "was paused before"),
        ("resume", "goes on"),
        ("resume", "was not paused"),
        ("cancel", "is cancelled"),
        ("cancel", "was cancelled before"),
        ("send-rest", "3 mails wait again"),
    ]:
        assert words in run("campaign", order, "1").stdout


def test_an_order_that_makes_no_sense_is_refused(run, running):
    run("campaign", "cancel", "1")
    result = run("campaign", "resume", "1")

    assert (result.exit_code, "can only send the rest" in result.stderr) == (1, True)
    assert run("campaign", "pause", "99").exit_code == 1


def test_the_status_counts_the_mails_put_off(run, running, everybody, mailroom):
    mailroom.answers[everybody[0].address] = "450 later"
    run("worker", "--once")

    status = said(run, "status", "1")
    assert (status["sent"], status["waiting"], status["deferred"]) == (2, 1, 1)
    assert "put off by the mail server: 1" in run("campaign", "status", "1").stdout


def test_a_bar_ends_where_nothing_waits_any_more(run, running):
    run("worker", "--once")

    result = run("campaign", "status", "1", "--watch")
    assert result.exit_code == 0
    assert "sent 3, waiting 0" in result.stdout


@pytest.fixture
def doubtful(run, running, everybody, mailroom, session):
    """Two of three mails may have left."""
    for one in everybody[1:]:
        mailroom.cut_after_dot.add(one.address)
    run("worker", "--once")
    mailroom.cut_after_dot.clear()
    session.rollback()
    uncertain = session.query(Delivery).filter_by(state="uncertain")
    return sorted(one.id for one in uncertain)


def listed(run, *words):
    return json.loads(run("deliveries", "list", *words, "--json").stdout)


def test_uncertain_mails_are_listed_for_scripts(run, doubtful, everybody):
    found = listed(run, "--state", "uncertain", "--campaign", "1")

    assert [one["id"] for one in found] == doubtful
    assert [one["email"] for one in found] == [one.address for one in everybody[1:]]
    assert {one["state"] for one in found} == {"uncertain"}
    assert all(one["message_id"].startswith("<") for one in found)
    assert listed(run, "--state", "uncertain", "--campaign", "2") == []
    assert len(listed(run)) == 3


def test_one_that_is_named_leaves_again_under_its_message_id(run, doubtful, everybody, mailroom):
    first = listed(run, "--state", "uncertain")[0]
    before = len(mailroom.to(first["email"]))
    answer = json.loads(run("deliveries", "resend", str(first["id"]), "--json").stdout)
    run("worker", "--once")

    assert answer == {"changed": 1}
    mails = mailroom.to(first["email"])
    assert len(mails) == before + 1
    assert mails[-1].message["Message-ID"] == first["message_id"]
    assert [one["id"] for one in listed(run, "--state", "uncertain")] == doubtful[1:]


def test_all_of_a_campaign_leave_again_on_an_order(run, doubtful):
    result = run("deliveries", "resend", "--all-uncertain", "--campaign", "1")
    run("worker", "--once")

    assert "2 mails leave again" in result.stdout
    assert {one["state"] for one in listed(run)} == {"sent"}


def test_they_may_count_as_sent(run, doubtful):
    run("deliveries", "settle", str(doubtful[0]), "--as", "sent")

    assert [one["id"] for one in listed(run, "--state", "uncertain")] == doubtful[1:]


@pytest.mark.parametrize(
    "words",
    [
        ("resend",),
        ("resend", "--all-uncertain"),
        ("resend", "1", "--all-uncertain"),
        ("settle", "1"),
    ],
)
def test_all_there_are_is_never_meant_by_an_oversight(run, running, words):
    assert run("deliveries", *words).exit_code == 2


def test_one_of_a_cancelled_campaign_is_refused(run, doubtful):
    run("campaign", "cancel", "1")
    result = run("deliveries", "resend", str(doubtful[0]))

    assert (result.exit_code, "is cancelled" in result.stderr) == (1, True)
