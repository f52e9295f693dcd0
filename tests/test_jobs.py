"""The clock: each step has its turn, a broken one stops nobody, and nothing is held while the network works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from threading import Thread
from time import monotonic, sleep

import pytest
import sqlalchemy as sa

from hopnps import database, jobs, stock
from hopnps.models import Delivery, Worker
from hopnps.sending import ROUND_SECONDS
from hopnps.services import outcomes, workers
from tests.conftest import NOON
from tests.sending import minutes


def test_a_broken_step_stops_no_other_and_is_one_line_in_the_log(
    house, desk, cast, mailroom, monkeypatch, caplog
):
    def break_down(turn):
        raise RuntimeError("the floor\nis wet")

    desk.send_to(cast.client("claire"))
    monkeypatch.setattr(jobs, "STEPS", (break_down, *jobs.STEPS))

    assert jobs.run_due(house, now=NOON)

    assert len(mailroom.mails) == 1
    [line] = [record.getMessage() for record in caplog.records]
    assert line == "break_down failed: RuntimeError: the floor is wet"


def test_without_anything_due_there_is_nothing_to_call_again_for(house):
    assert jobs.run_due(house, now=NOON) is False


def test_who_gets_a_turn_within_a_round_need_not_wait_for_the_next(
    app, house, desk, cast, mailroom
):
    app.config["HOPNPS_RATE_PER_DOMAIN"] = 120  # one in half a second
    for number in range(3):
        email = f"c{number}@example.org"
        cast.client("claire", external_id=email, email=email, address=email)
    desk.launch(now=datetime.now(UTC))
    begun = monotonic()

    jobs.run_due(house)

    assert len(mailroom.mails) == 3
    assert monotonic() - begun < ROUND_SECONDS


def test_who_is_told_to_stop_finishes_the_mails_in_hand_and_gives_back_the_rest(
    house, desk, cast, mailroom
):
    everybody = [
        cast.client(
            "claire",
            external_id=f"{number}",
            email=f"c{number}@example.org",
            address=f"c{number}@example.org",
        )
        for number in range(20)
    ]
    desk.launch()

    jobs.run_due(house, now=NOON, stopping=lambda: len(mailroom.mails) >= 1)

    found = desk.deliveries()
    sent = [one for one in found if one.state == "sent"]
    waiting = [one for one in found if one.state == "waiting"]
    assert 1 <= len(sent) == len(mailroom.mails) < 10
    assert len(sent) + len(waiting) == len(everybody)
    assert all((one.lease, one.data_at) == ("", None) for one in waiting)


def test_a_database_that_fails_in_mid_run_costs_nobody_a_mail(
    house, desk, cast, mailroom, monkeypatch, caplog
):
    for number in range(30):
        email = f"c{number}@example.org"
        cast.client("claire", external_id=email, email=email, address=email)
    desk.launch()
    calls, record = [], outcomes.record_starts

    def stumble(*args, **said):
        calls.append(1)
        if len(calls) == 3:
            raise sa.exc.OperationalError("UPDATE", {}, Exception("the disk is full"))
        return record(*args, **said)

    monkeypatch.setattr(outcomes, "record_starts", stumble)
    jobs.run_due(house, now=NOON)

    states = {one.invitation.address.email: one.state for one in desk.deliveries()}
    received = {mail.recipient for mail in mailroom.mails}
    assert "disk is full" in caplog.text
    assert {email for email, state in states.items() if state == "sent"} == received
    assert set(states.values()) == {"sent", "waiting"}
    desk.work()
    assert len(mailroom.mails) == 30


def test_a_worker_is_seen_while_it_works_and_gone_when_it_stops(house, session):
    jobs.run_due(house, now=NOON)
    [seen] = session.query(Worker)
    assert (seen.name, seen.seen_at) == (workers.own_name(), NOON)

    jobs.run_due(house, now=NOON + minutes(1))
    session.expire_all()
    assert seen.seen_at == NOON + minutes(1)

    jobs.sign_off(house)
    assert session.query(Worker).count() == 0


def test_a_batch_goes_over_one_connection(desk, cast, mailroom):
    for name in ("claire", "marc", "tom", "zoe", "omar"):
        cast.client(name)
    desk.launch()

    desk.work()

    assert (len(mailroom.mails), mailroom.connections) == (5, 1)


def test_more_than_one_batch_is_sent_to_the_last(desk, cast, mailroom, monkeypatch):
    monkeypatch.setattr(stock, "BATCH", 2)
    for name in ("claire", "marc", "tom", "zoe", "omar"):
        cast.client(name)
    desk.launch()

    desk.work()

    assert len(mailroom.mails) == 5


def test_nothing_is_locked_while_the_mail_server_thinks(app, desk, cast, mailroom, session):
    claire = cast.client("claire")
    delivery_id = desk.send_to(claire, now=datetime.now(UTC)).id
    mailroom.silent.add(claire.address)
    session.rollback()
    worker = Thread(target=work, args=(app,))
    worker.start()
    wait_for(lambda: mailroom.mails)

    database.intend(writing=True)
    begun = session.scalar(sa.select(Delivery.data_at).where(Delivery.id == delivery_id))
    before = monotonic()
    session.execute(sa.update(Delivery).values(number=2))
    session.commit()
    waited = monotonic() - before
    database.intend(writing=False)
    mailroom.silent.clear()
    worker.join()

    assert begun is not None
    assert waited < 2
    assert desk.deliveries()[0].state == "sent"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_sends_and_stops_when_told(app, desk, cast, mailroom, tmp_path, told):
    environment = os.environ | {
        "HOPNPS_INSTANCE": str(tmp_path),
        "HOPNPS_DATABASE_URL": app.config["HOPNPS_DATABASE_URL"],
        "HOPNPS_TOKEN_KEYS": "a-test-key",
        "HOPNPS_PUBLIC_URL": "https://avis.example.org",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mailroom.port),
    }
    desk.send_to(cast.client("claire"), now=datetime.now(UTC))
    command = [sys.executable, "-c", "from hopnps.app import main; main()", "worker"]
    worker = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: mailroom.mails, seconds=30)
        worker.send_signal(told)
        _out, errors = worker.communicate(timeout=20)
    finally:
        worker.kill()

    assert (worker.returncode, errors) == (0, b"")
    assert desk.deliveries()[0].state == "sent"


def work(app):
    with app.app_context():
        jobs.run_due(app.extensions["hopnps"])


def wait_for(true, seconds=10):
    end = monotonic() + seconds
    while not true() and monotonic() < end:
        sleep(0.02)
    assert true()
