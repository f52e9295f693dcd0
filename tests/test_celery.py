"""Celery strikes the clock: a real Redis, a real worker of Celery, the same steps as `hopnps worker`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from hopnps.models import Delivery, DeliveryState, Worker
from tests.people import CLIENTS

NO_REDIS = "no Redis on this machine (Debian: apt install redis-server)"


@pytest.fixture(scope="session")
def databases(request):
    """One is enough: what is due is done by the steps that other tests run on both."""
    chosen = request.config.getoption("database")
    kind = "sqlite" if chosen == "sqlite" else "postgresql"
    return request.getfixturevalue(f"{kind}_databases")


@pytest.fixture
def redis(tmp_path):
    """The address of a Redis of our own."""
    found = shutil.which("redis-server")
    if found is None:
        assert os.environ.get("HOPNPS_REQUIRE_REDIS") != "1", NO_REDIS
        pytest.skip(NO_REDIS)
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen([found, *options], stdout=subprocess.DEVNULL) as server:
        wait_for(lambda: listens(port))
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


@pytest.fixture
def celery_worker(app, redis, mailroom, tmp_path):
    """`celery -A hopnps.celery_app worker -B` on this test's database, with two processes whose ticks overlap."""
    with app.app_context():
        url = app.extensions["hopnps"].db.engine.url.render_as_string(hide_password=False)
    environ = os.environ | {
        "HOPNPS_INSTANCE": str(tmp_path),
        "HOPNPS_DATABASE_URL": url,
        "HOPNPS_PUBLIC_URL": "https://avis.example.org",
        "HOPNPS_TOKEN_KEYS": "a-test-key",
        "HOPNPS_CELERY_BROKER": redis,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mailroom.port),
        "MAIL_DEFAULT_SENDER": "Cycles Tilleul <bonjour@example.org>",
    }
    command = [sys.executable, "-m", "celery", "-A", "hopnps.celery_app", "worker", "-B", "-c", "2"]
    quickly = ["--without-mingle", "--without-gossip"]  # one worker looks for no others
    with (tmp_path / "celery.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *quickly],
            env=environ,
            cwd=tmp_path,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # the processes that it forked, too
    process.wait()


def test_mails_leave_once_and_the_worker_stops_as_it_should(
    session, cast, desk, mailroom, celery_worker
):
    for name in CLIENTS:
        desk.send_to(cast.client(name), now=datetime.now(UTC))

    wait_for(lambda: celery_worker.poll() or len(mailroom.mails) == len(CLIENTS))
    celery_worker.send_signal(signal.SIGTERM)

    assert celery_worker.wait(30) == 0
    session.rollback()
    assert set(session.scalars(sa.select(Delivery.state))) == {DeliveryState.SENT}
    assert len({mail.recipient for mail in mailroom.mails}) == len(mailroom.mails) == len(CLIENTS)
    assert session.scalars(sa.select(Worker)).all() == []


def wait_for(happened, seconds=30):
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def listens(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
