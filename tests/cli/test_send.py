"""hopnps send: one mail to one contact, or a sentence why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from hopnps.models import Address, Delivery, Invitation

SEND = ("send", "--survey", "ticket", "--to")


@pytest.fixture
def settings():
    """Commands answer in English here."""
    return {"HOPNPS_LANGUAGE": "en"}


@pytest.fixture
def claire(cast):
    return cast.client("claire")


def test_one_mail_about_one_ticket(run, claire, cast, mailroom, session):
    cast.interaction(claire, "R-20455")

    result = run(*SEND, " Claire.Delmas@Example.org", "--interaction", "R-20455")
    run("worker", "--once")

    assert result.exit_code == 0, result.output
    assert "Claire Delmas" in result.stdout
    text = mailroom.to(claire.address)[0].message.get_body(("plain",)).get_content()
    assert "2 mars 2026" in text


def test_the_answer_in_json_names_the_invitation(run, claire, session):
    answer = json.loads(run(*SEND, claire.email, "--json").stdout)

    session.rollback()
    assert answer == {"invitation": session.query(Invitation).one().id, "queued": 1}


def test_the_second_time_is_refused_with_the_day(run, claire, session):
    run(*SEND, claire.email)

    result = run(*SEND, claire.email)

    assert result.exit_code == 1
    assert "Asked today; may be asked again from" in result.stderr
    session.rollback()
    assert session.query(Delivery).count() == 1


def test_twelve_days_ago_is_said_with_the_day(run, claire, session, house):
    asked = datetime.now(UTC) - timedelta(days=12)
    session.add(Address(email=claire.address, last_asked_at=asked))
    session.commit()

    result = run(*SEND, claire.email)

    again = asked.astimezone(house.timezone).date() + timedelta(days=60)
    assert f"Asked 12 days ago; may be asked again from {again.day} {again:%B %Y}." in result.stderr


def test_a_plain_word_without_a_survey(run, claire, mailroom):
    result = run("send", "--template", "reaction", "--to", claire.email)
    run("worker", "--once")

    assert result.exit_code == 0, result.output
    assert len(mailroom.mails) == 1


def test_of_several_contacts_one_must_be_named(run, claire, cast):
    cast.client("marc", email=claire.email, address=claire.address)

    unclear = run(*SEND, claire.email)
    clear = run(*SEND, claire.email, "--external-id", "marc", "--source", "crm", "--json")

    assert unclear.exit_code == 1
    assert "--external-id" in unclear.stderr
    assert clear.exit_code == 0, clear.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody@example.org",), "No contact has the address nobody@example.org."),
        (("no address",), "There is no @ in this address."),
        (("",), "No contact has the address"),
        (("claire.delmas@example.org", "--interaction", "X-1"), "has no order or ticket X-1"),
        (("claire.delmas@example.org", "--template", "nothing"), "nothing"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_a_sentence(run, claire, session, words, said):
    result = run(*SEND, *words)

    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert session.query(Delivery).count() == 0


def test_without_an_address_the_usage_is_wrong(run):
    assert run("send", "--survey", "ticket").exit_code == 2
