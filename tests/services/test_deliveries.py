"""Whatever happens on the line, nobody gets a mail twice and nobody is lost."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest

from hopnps import jobs, postman, sending, stock
from hopnps.models import Address
from hopnps.services import claims, unsubscriptions
from hopnps.signals import invitation_sent
from tests.conftest import NOON
from tests.sending import minutes


@pytest.fixture
def claire(cast):
    return cast.client("claire")


def test_a_due_mail_is_sent_once_and_kept_as_sent(desk, claire, mailroom):
    delivery = desk.send_to(claire)

    desk.work()
    desk.work(after=minutes(600))

    assert len(mailroom.to(claire.address)) == 1
    assert (delivery.state, delivery.sent_at, delivery.reason) == ("sent", NOON, "")
    assert delivery.message_id == mailroom.mails[0].message["Message-ID"]


def test_a_mail_due_tomorrow_waits(desk, claire, mailroom):
    delivery = desk.send_to(claire, now=NOON + timedelta(days=1))

    desk.work()

    assert mailroom.mails == []
    assert delivery.state == "waiting"


def test_listeners_hear_of_a_sent_mail(desk, claire, mailroom):
    heard = []

    def listen(sender, **facts):
        heard.append(facts)

    delivery = desk.send_to(claire)
    with invitation_sent.connected_to(listen):
        desk.work()

    assert heard == [{"invitation_id": delivery.invitation_id}]


def test_a_server_that_says_later_is_asked_again_after_growing_pauses(desk, claire, mailroom):
    mailroom.answers[claire.address] = "450 4.2.1 mailbox busy"
    delivery = desk.send_to(claire)

    desk.work()
    first = delivery.due_at
    desk.work(after=minutes(5))

    assert delivery.state == "waiting"
    assert delivery.reason == "450 4.2.1 mailbox busy"
    assert first == NOON + minutes(5)
    assert delivery.due_at == NOON + minutes(5 + 15)
    assert delivery.attempts == 2

    mailroom.answers.clear()
    desk.work(after=minutes(60))
    assert delivery.state == "sent"


def test_throttling_after_the_mail_is_only_a_pause(desk, claire, mailroom):
    mailroom.after_dot[claire.address] = (
        "454 4.7.0 Throttling failure: maximum sending rate exceeded"
    )
    delivery = desk.send_to(claire)

    desk.work()

    assert delivery.state == "waiting"
    assert delivery.data_at is None


def test_an_unknown_address_fails_with_the_servers_words_and_is_never_written_to_again(
    desk, claire, mailroom, session
):
    mailroom.answers[claire.address] = "550 5.1.1 no such user here"
    delivery = desk.send_to(claire)

    desk.work()

    address = session.query(Address).one()
    assert (delivery.state, delivery.reason) == ("failed", "550 5.1.1 no such user here")
    assert (address.bounced_at, address.bounce_reason) == (NOON, "550 5.1.1 no such user here")


def test_a_refusal_by_policy_says_nothing_about_the_address(desk, claire, mailroom, session):
    mailroom.answers[claire.address] = "550 5.7.1 blocked by policy"
    delivery = desk.send_to(claire)

    desk.work()

    assert delivery.state == "failed"
    assert session.query(Address).one().bounced_at is None


@pytest.mark.parametrize("trouble", ["cut_in_data", "cut_after_dot"])
def test_a_line_that_breaks_inside_the_mail_leaves_a_doubt_that_nobody_resends(
    desk, claire, mailroom, trouble
):
    getattr(mailroom, trouble).add(claire.address)
    delivery = desk.send_to(claire)

    desk.work()
    received = len(mailroom.mails)
    getattr(mailroom, trouble).clear()
    desk.work(after=timedelta(days=3))

    assert delivery.state == "uncertain"
    assert delivery.reason
    assert len(mailroom.mails) == received


def test_a_line_that_breaks_before_the_mail_leaves_it_waiting(desk, claire, mailroom):
    mailroom.cut_at_rcpt.add(claire.address)
    delivery = desk.send_to(claire)

    desk.work()

    assert (delivery.state, delivery.data_at) == ("waiting", None)


def test_others_go_on_when_one_breaks_the_line(desk, cast, mailroom):
    everybody = [cast.client(name) for name in ("claire", "marc", "tom", "zoe", "omar")]
    mailroom.cut_at_rcpt.add(everybody[1].address)
    mailroom.cut_in_data.add(everybody[2].address)
    mailroom.answers[everybody[3].address] = "550 no such user"

    desk.launch()
    desk.work()

    states = [delivery.state for delivery in desk.deliveries()]
    assert states == ["sent", "waiting", "uncertain", "failed", "sent"]
    assert mailroom.connections == 3


def test_a_server_that_hangs_up_politely_is_called_again(desk, cast, mailroom):
    everybody = [cast.client(name) for name in ("claire", "marc")]
    mailroom.answers[everybody[0].address] = "421 4.3.2 shutting down"

    desk.launch()
    desk.work()

    assert [delivery.state for delivery in desk.deliveries()] == ["waiting", "sent"]


@pytest.mark.own_app
def test_without_a_mail_server_everybody_waits(desk, cast, house, caplog, monkeypatch):
    monkeypatch.setattr(postman, "RETRY_SECONDS", (0, 0))
    for name in ("claire", "marc"):
        cast.client(name)
    house.mailer.state.port = 1
    house.mailer.state.password = "sesame-in-the-log"

    desk.launch()
    desk.work()

    assert [delivery.state for delivery in desk.deliveries()] == ["waiting", "waiting"]
    assert all("refused" in delivery.reason for delivery in desk.deliveries())
    assert "no mail server" in caplog.text
    assert "sesame" not in caplog.text


def test_who_unsubscribes_after_the_launch_gets_no_mail(desk, claire, mailroom, session):
    delivery = desk.send_to(claire)
    unsubscriptions.unsubscribe(session, delivery.invitation.address, now=NOON)

    desk.work()

    assert (delivery.state, delivery.reason) == ("skipped", "unsubscribed")
    assert mailroom.mails == []


def test_whose_address_failed_meanwhile_gets_no_mail(desk, claire, mailroom, session):
    delivery = desk.send_to(claire)
    delivery.invitation.address.bounced_at = NOON

    desk.work()

    assert (delivery.state, delivery.reason) == ("skipped", "bounced")


def test_who_has_answered_gets_no_mail(desk, claire, mailroom, session):
    from hopnps.services import responses
    from tests.sending import PARIS

    delivery = desk.send_to(claire)
    responses.respond(session, delivery.invitation, 9, now=NOON, timezone=PARIS)

    desk.work()

    assert (delivery.state, delivery.reason) == ("skipped", "answered")


def test_a_mail_whose_links_have_expired_is_not_sent(desk, claire, mailroom):
    delivery = desk.send_to(claire)

    desk.work(after=timedelta(days=91))

    assert (delivery.state, delivery.reason) == ("skipped", "expired")


def test_a_dead_workers_mails_go_back_to_the_others(desk, claire, mailroom, session):
    delivery = desk.send_to(claire)
    assert claims.claim(session, limit=50, lease_seconds=60, due_by=NOON, now=NOON)

    desk.work(after=timedelta(seconds=30))
    assert delivery.state == "sending"
    desk.work(after=timedelta(seconds=61))

    assert delivery.state == "sent"


def test_a_mail_in_a_dead_workers_hand_is_uncertain(desk, claire, mailroom, session):
    delivery = desk.send_to(claire)
    claims.claim(session, limit=50, lease_seconds=60, due_by=NOON, now=NOON)
    session.refresh(delivery)
    delivery.data_at = NOON

    desk.work(after=timedelta(seconds=61))

    assert delivery.state == "uncertain"
    assert mailroom.mails == []


def test_two_claims_never_hold_the_same_mail(desk, cast, session):
    for name in ("claire", "marc", "tom"):
        cast.client(name)
    desk.launch()

    first = claims.claim(session, limit=2, lease_seconds=60, due_by=NOON, now=NOON)
    second = claims.claim(session, limit=2, lease_seconds=60, due_by=NOON, now=NOON)
    third = claims.claim(session, limit=2, lease_seconds=60, due_by=NOON, now=NOON)
    session.commit()

    leases = [delivery.lease for delivery in desk.deliveries()]
    assert leases == [first, first, second]
    assert third is None


def test_a_mail_that_cannot_be_written_fails_alone(desk, cast, mailroom, session, caplog):
    cast.client("claire", address="claire@sans point")
    cast.client("marc")

    desk.launch()
    desk.work()

    assert [delivery.state for delivery in desk.deliveries()] == ["failed", "sent"]
    assert "cannot be written" in caplog.text


def test_a_mail_that_cannot_be_written_fails_alone_though_others_were_claimed_meanwhile(
    desk, cast, mailroom, monkeypatch
):
    monkeypatch.setattr(stock, "BATCH", 4)
    monkeypatch.setattr(sending, "SLICE", 1)
    for number in range(12):
        email = f"client{number}@example.org"
        address = f"client{number}@sans point" if number % 4 == 3 else email
        cast.client("claire", external_id=str(number), email=email, address=address)

    desk.launch()
    desk.work()

    assert [delivery.state for delivery in desk.deliveries()] == [*["sent"] * 3, "failed"] * 3
    assert len(mailroom.mails) == 9


def test_two_workers_at_once_share_the_mails_and_send_each_once(
    app, desk, cast, mailroom, session, monkeypatch
):
    monkeypatch.setattr(stock, "BATCH", 4)
    for number in range(30):
        email = f"client{number}@example.org"
        cast.client("claire", external_id=str(number), email=email, address=email)
    desk.launch()
    session.rollback()

    workers = [Thread(target=work, args=(app,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(mail.recipient for mail in mailroom.mails) == sorted(
        f"client{number}@example.org" for number in range(30)
    )
    assert {one.state for one in desk.deliveries()} == {"sent"}


def work(app):
    with app.app_context():
        while jobs.run_due(app.extensions["hopnps"], now=NOON):
            pass
