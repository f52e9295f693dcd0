"""The straight line: from a file of contacts to an NPS, by the command line and a real SMTP connection."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from hopnps.models import Contact
from tests import voting

CONTACTS = (
    "Prénom;Nom;Courriel;Langue\r\n"
    "Claire;Delmas;claire.delmas@example.org;fr\r\n"
    "Tom;Ashby;tom.ashby@example.com;en\r\n"
    "Zoé;Lefèvre;zoe.lefevre@example.org;fr\r\n"
)


@pytest.fixture
def contacts_file(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_bytes(CONTACTS.encode("cp1252"))
    return str(path)


def test_two_commands_lead_from_a_file_to_an_nps(run, client, mailroom, contacts_file, session):
    assert run("contacts", "import", contacts_file).exit_code == 0
    assert said(run, "nps", "--json")["nps"] is None
    launched = said(
        run, "campaign", "launch", "--survey", "relation", "--segment", "everyone", "--json"
    )
    assert launched == {"campaign": launched["campaign"], "queued": 3, "skipped": {}}

    assert run("worker", "--once").exit_code == 0
    assert len(mailroom.mails) == 3

    answer(client, mailroom, "claire.delmas@example.org", 9)
    answer(client, mailroom, "zoe.lefevre@example.org", 10)
    answer(client, mailroom, "tom.ashby@example.com", 3)

    session.rollback()
    figures = said(run, "nps", "--json")
    assert (figures["nps"], figures["answers"]) == (33, 3)
    assert (figures["promoters"], figures["detractors"]) == (2, 1)

    session.rollback()
    tom = session.query(Contact).filter_by(first_name="Tom").one()
    assert (tom.last_score, tom.last_category) == (3, "detractor")
    assert datetime.now(UTC) >= tom.last_answered_at

    found = said(run, "segment", "count", "recent-detractors", "--json")
    assert found["contacts"] == 1

    status = said(run, "campaign", "status", str(launched["campaign"]), "--json")
    assert (status["sent"], status["waiting"], status["nps"]) == (3, 0, 33)
    assert status["clicks"]["3"] == status["answers_per_score"]["3"] == 1


def test_the_same_campaign_again_finds_everybody_asked_already(run, mailroom, contacts_file):
    run("contacts", "import", contacts_file)
    launch = ("campaign", "launch", "--survey", "relation", "--segment", "everyone", "--json")
    said(run, *launch)

    again = said(run, *launch)
    run("worker", "--once")

    assert (again["queued"], again["skipped"]) == (0, {"asked_recently": 3})
    assert len(mailroom.mails) == 3


def answer(client, mailroom, address, score):
    """Open the score's link of the mail as a client would, and press the button of its page."""
    [mail] = mailroom.to(address)
    text = mail.message.get_body(("plain",)).get_content()
    link = re.search(rf"https://avis\.example\.org(/s/[\w-]+)/{score}\b", text)
    assert voting.send(client, link[1], score).status_code == 303


def said(run, *words):
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
