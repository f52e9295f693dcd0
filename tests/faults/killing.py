"""Workers that are killed at random moments -> what the mail server got and what the rows say of it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa

from hopnps.models import Address, Contact, Delivery, Invitation
from tests.faults.server import BadServer

CONNECTIONS, DATA_AHEAD, LEASE_SECONDS = 4, 5, 2
AT_MOST_A_KILL = CONNECTIONS * DATA_AHEAD
ROOT = Path(__file__).parents[2]


@dataclass
class Found:
    """What is left when all is over."""

    people: int
    kills: int
    twice: int  # got it more than once
    missing: int  # got nothing, and no row says uncertain or waiting
    untrue: int  # a row says sent, nothing came
    uncertain: int
    states: dict[str, int]

    @property
    def keeps_the_promise(self) -> bool:
        few = self.uncertain <= self.kills * AT_MOST_A_KILL
        return few and not (self.twice or self.missing or self.untrue)


def kill_workers(
    nest: Nest, app: Any, desk: Any, *, people: int, kills: int, broken: bool = False, seed: int
) -> Found:
    """Two workers send a campaign over a slow server; the older one is killed and replaced, again and again."""
    invite(desk, people)
    server = BadServer(seconds=0.01).start()
    nest.settle(app.config["HOPNPS_DATABASE_URL"], server.port, broken=broken)
    chance = random.Random(seed)
    try:
        workers = [nest.start(), nest.start()]
        for number in range(kills):
            enough = (number + chance.random()) * people * 0.8 / kills
            wait_for(lambda least=enough: server.recipients.total() >= least)
            os.kill(workers.pop(0), signal.SIGKILL)
            workers.append(nest.start())
        wait_for(lambda: is_over(desk), seconds=120)
        for number in workers:
            os.kill(number, signal.SIGTERM)
        return look(desk, server, people, kills)
    finally:
        nest.leave()
        server.stop()


class Nest:
    """See nest.py."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.nest"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, **pipes)
        self.hatched: list[int] = []

    def settle(self, url: str, port: int, *, broken: bool) -> None:
        """The next workers send from this database to this server."""
        self.environment = {
            "HOPNPS_INSTANCE": os.environ["HOPNPS_INSTANCE"],
            "HOPNPS_DATABASE_URL": url,
            "HOPNPS_TOKEN_KEYS": "a-test-key",
            "HOPNPS_PUBLIC_URL": "https://avis.example.org",
            "HOPNPS_CONNECTIONS": str(CONNECTIONS),
            "HOPNPS_DATA_AHEAD": str(DATA_AHEAD),
            "HOPNPS_LEASE_SECONDS": str(LEASE_SECONDS),
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(port),
        } | ({"BROKEN": "1"} if broken else {})

    def start(self) -> int:
        """The number of a new worker process."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(self.environment) + "\n")
        self.process.stdin.flush()
        self.hatched.append(int(self.process.stdout.readline()))
        return self.hatched[-1]

    def leave(self) -> None:
        """No worker outlives its test."""
        end = monotonic() + 30
        while any(alive(one) for one in self.hatched) and monotonic() < end:
            sleep(0.02)
        for number in filter(alive, self.hatched):
            os.kill(number, signal.SIGKILL)
        self.hatched.clear()

    def close(self) -> None:
        self.leave()
        self.process.kill()
        self.process.communicate()


def alive(number: int) -> bool:
    """Whether this process still runs."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def invite(desk: Any, people: int) -> None:
    """So many clients and a campaign to all of them, due now."""
    now = datetime.now(UTC)
    rows = [
        {
            "source": "crm",
            "external_id": str(one),
            "email": f"client{one}@example.org",
            "address": f"client{one}@example.org",
            "language": "fr",
            "attributes": {},
            "created_at": now,
            "updated_at": now,
        }
        for one in range(people)
    ]
    desk.session.execute(sa.insert(Contact), rows)
    desk.session.commit()
    desk.launch(desk.campaign(now=now), now=now)


def is_over(desk: Any) -> bool:
    """Nothing waits and nothing is held."""
    left = sa.select(Delivery.id).where(Delivery.state.in_(("waiting", "sending"))).limit(1)
    found = desk.session.scalar(left)
    desk.session.rollback()
    return found is None


def look(desk: Any, server: BadServer, people: int, kills: int) -> Found:
    rows = desk.session.execute(
        sa.select(Address.email, Delivery.state)
        .select_from(Delivery)
        .join(Invitation, Invitation.id == Delivery.invitation_id)
        .join(Address, Address.id == Invitation.address_id)
    ).all()
    desk.session.rollback()
    assert len(rows) == people
    got = server.recipients
    states = [state for _email, state in rows]
    return Found(
        people=people,
        kills=kills,
        twice=sum(number > 1 for number in got.values()),
        missing=sum(
            not got[email] and state not in {"uncertain", "waiting"} for email, state in rows
        ),
        untrue=sum(not got[email] and state == "sent" for email, state in rows),
        uncertain=states.count("uncertain"),
        states={state: states.count(state) for state in set(states)},
    )


def wait_for(true: Any, seconds: float = 60) -> None:
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it took too long"
        sleep(0.01)
