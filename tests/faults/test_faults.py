"""Whatever the mail server does to whom: at most one copy, nobody lost, and nobody in doubt who need not be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hopnps import postman
from hopnps.models import Address, Campaign
from tests.faults.server import WAYS, BadServer
from tests.sending import minutes


@pytest.fixture(params=[True, False], ids=["pipelining", "one by one"])
def server(request, house, app, monkeypatch):
    """A misbehaving server, the house's mails going to it over three connections."""
    made = BadServer(pipelining=request.param).start()
    monkeypatch.setattr(house.mailer.state, "port", made.port)
    monkeypatch.setattr(house.mailer, "timeout", 0.5)
    monkeypatch.setattr(postman, "RETRY_SECONDS", (0, 0))
    monkeypatch.setattr(postman, "MAILS_A_LINE", 5)
    monkeypatch.setitem(app.config, "HOPNPS_CONNECTIONS", 3)
    yield made
    made.stop()


def audience(cast, number):
    """So many clients, some of whom the server will treat in each of its ways."""
    emails = [f"client{one}@example.org" for one in range(number)]
    for email in emails:
        cast.client("claire", external_id=email, email=email, address=email)
    return emails


def fates(desk):
    return {one.invitation.address.email: one for one in desk.deliveries() if one.invitation_id}


def keeps_the_promise(server, found):
    """Nobody twice; who may have got it is sent or in doubt; nobody is held by anybody."""
    assert max(server.recipients.values(), default=0) <= 1
    for email, one in found.items():
        assert one.state in {"sent", "waiting", "failed", "uncertain"}
        assert (server.recipients[email] == 1) or one.state != "sent"
        assert (server.recipients[email] == 0) or one.state in {"sent", "uncertain"}
        assert one.lease == "" and one.leased_until is None
        assert one.reason or one.state in {"sent", "waiting"}


def test_each_way_to_fail_is_told_apart_and_harms_nobody_else(desk, cast, server):
    emails = audience(cast, 3 * len(WAYS))
    ways = dict(zip(emails[::3], WAYS, strict=True))
    server.faults.update(ways)
    desk.launch()

    desk.work()

    found = fates(desk)
    keeps_the_promise(server, found)
    assert {ways[email]: found[email].state for email in ways} == WAYS
    assert {found[email].state for email in emails if email not in ways} == {"sent"}

    server.faults.clear()
    desk.work(after=timedelta(hours=5))
    later = fates(desk)
    keeps_the_promise(server, later)
    assert {WAYS[way]: later[email].state for email, way in ways.items()} == {
        "sent": "sent",
        "waiting": "sent",
        "failed": "failed",
        "uncertain": "uncertain",
    }


def test_only_an_unknown_address_is_never_written_to_again(desk, cast, server, session):
    unknown, policy, _fine = audience(cast, 3)
    server.faults.update({unknown: "anyway 550 5.1.1 no such user", policy: "dot 550 5.7.1 spam"})
    desk.launch()

    desk.work()

    bounced = session.query(Address).filter(Address.bounced_at.is_not(None)).all()
    assert [one.email for one in bounced] == [unknown]


def test_a_server_with_few_connections_gets_few(desk, cast, server):
    server.limit, server.seconds = 1, 0.005
    emails = audience(cast, 40)
    desk.launch()

    desk.work()

    assert {one.state for one in fates(desk).values()} == {"sent"}
    assert sum(server.recipients.values()) == len(emails)


def test_a_server_that_takes_few_mails_a_connection_is_called_again(desk, cast, server):
    server.mails_a_connection = 4
    audience(cast, 40)
    desk.launch()

    desk.work()

    assert {one.state for one in fates(desk).values()} == {"sent"}
    assert server.connections >= 10


@pytest.mark.parametrize(
    "trouble",
    [
        {"banner": "421 4.3.2 busy"},
        {"at_mail": "421 4.7.0 not now"},
        {"at_mail": "530 5.7.0 log in"},
    ],
)
def test_a_server_that_takes_nothing_pauses_the_campaign_and_fails_nobody(
    desk, cast, server, session, trouble
):
    audience(cast, 30)
    desk.launch()
    vars(server).update(trouble)

    desk.work()

    found = fates(desk)
    keeps_the_promise(server, found)
    assert {one.state for one in found.values()} == {"waiting"}
    campaign = session.query(Campaign).one()
    assert campaign.paused_at is not None
    assert "mail server" in campaign.pause_reason


def test_five_refusals_by_policy_pause_the_campaign(desk, cast, server, session):
    for email in audience(cast, 60)[:5]:
        server.faults[email] = "dot 550 5.7.1 we block you"
    desk.launch()

    desk.work()

    assert session.query(Campaign).one().paused_at is not None
    states = [one.state for one in fates(desk).values()]
    assert states.count("failed") == 5
    assert session.query(Address).filter(Address.bounced_at.is_not(None)).count() == 0


def test_four_refusals_by_policy_pause_nothing(desk, cast, server, session):
    for email in audience(cast, 20)[:4]:
        server.faults[email] = "dot 550 5.7.1 we block you"
    desk.launch()

    desk.work()

    assert session.query(Campaign).one().paused_at is None


def test_a_mail_is_put_off_for_three_days_and_then_failed_with_the_servers_words(
    desk, cast, server
):
    [email] = audience(cast, 1)
    server.faults[email] = "rcpt 451 4.7.1 greylisted"
    desk.launch()

    pauses = []
    for _try in range(30):
        one = fates(desk)[email]
        if one.state == "failed":
            break
        before = one.due_at
        desk.work(now=before)
        pauses.append(fates(desk)[email].due_at - before)

    assert [pause / minutes(1) for pause in pauses[:6]] == [5, 15, 30, 60, 240, 240]
    assert (one.state, one.reason) == ("failed", "451 4.7.1 greylisted")
    assert sum(pauses, timedelta()) <= timedelta(hours=72)
