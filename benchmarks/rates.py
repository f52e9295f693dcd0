"""Two workers on one database and a rate -> how near it is met over whole minutes, and whether it is ever passed.

    python -m benchmarks.rates [--minutes 3] [--rate 120] [--domain-rate 60] [--database sqlite]

Two real `hopnps worker` processes send a campaign to a mail server of this process, which writes down when it took
which mail: once with a rate in all, once with one for each of two providers. Told are the share that was met, from the
first mail on, and the most mails in any sixty seconds. Takes twice as many minutes as it is told, for each database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import sqlalchemy as sa
from flask import Flask

from benchmarks import sending_house
from benchmarks.postgresql import postgresql
from benchmarks.sending_servers import Distant
from hopnps import database
from hopnps.models import Contact

PROVIDERS = ("grand.example", "petit.example")
MINUTE = 60.0


class Recorder(Distant):
    """A mail server that knows to whom it took each mail; `taken` are the moments of each domain."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, list[float]] = {}
        self._to: dict[asyncio.StreamReader, str] = {}

    async def _answer(self, command: bytes, reader: asyncio.StreamReader) -> bytes:
        if command.upper().startswith(b"RCPT"):
            self._to[reader] = command.decode().rpartition("@")[2].rstrip(">\r\n")
        before = len(self.times)
        said = await super()._answer(command, reader)
        if len(self.times) > before:
            self.taken.setdefault(self._to[reader], []).append(self.times[-1])
        return said


def main() -> None:
    options = _options()
    with TemporaryDirectory(prefix="hopnps-bench-") as folder:
        for kind in options.database or ["sqlite", "postgresql"]:
            with _database(kind, Path(folder)) as url:
                app = sending_house.make(url, Path(folder))
                _fill(app, int(max(options.rate, 2 * options.domain_rate) * options.minutes * 3))
                one = {"HOPNPS_RATE_PER_MINUTE": str(options.rate)}
                each = {"HOPNPS_RATE_PER_DOMAIN": str(options.domain_rate)}
                taken = _send(url, Path(folder), options.minutes, one)
                everything = sorted(at for times in taken.values() for at in times)
                _tell(f"{kind}, in all", everything, options.rate, options.minutes)
                sending_house.put_back(app)
                for name, times in _send(url, Path(folder), options.minutes, each).items():
                    _tell(f"{kind}, {name}", sorted(times), options.domain_rate, options.minutes)


def _fill(app: Flask, people: int) -> None:
    sending_house.fill(app, people)
    with app.app_context():
        session = app.extensions["hopnps"].session
        database.intend(writing=True)
        for rest, domain in enumerate(PROVIDERS):
            address = "client" + sa.cast(Contact.id, sa.Text) + f"@{domain}"
            mine = Contact.id % len(PROVIDERS) == rest
            session.execute(sa.update(Contact).where(mine).values(address=address, email=address))
        rows = "UPDATE nps_address SET email = (SELECT c.address FROM nps_invitation i JOIN nps_contact c"
        session.execute(
            sa.text(f"{rows} ON c.id = i.contact_id WHERE i.address_id = nps_address.id)")
        )
        session.commit()


def _send(url: str, folder: Path, minutes: float, rates: dict[str, str]) -> dict[str, list[float]]:
    """What arrives in these minutes."""
    server = Recorder()
    with server.serving() as port:
        workers = [_worker(url, folder, port, rates) for _one in range(2)]
        sleep(minutes * MINUTE + MINUTE / 4)
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait()
    return server.taken


def _worker(url: str, folder: Path, port: int, rates: dict[str, str]) -> subprocess.Popen[bytes]:
    settings = rates | {
        "HOPNPS_INSTANCE": str(folder),
        "HOPNPS_DATABASE_URL": url,
        "HOPNPS_TOKEN_KEYS": "a-key-for-benchmarks",
        "HOPNPS_PUBLIC_URL": "https://avis.example.org",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(port),
        "MAIL_DEFAULT_SENDER": sending_house.SENDER,
    }
    command = [str(Path(sys.executable).with_name("hopnps")), "worker"]
    return subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)


def _tell(name: str, times: list[float], limit: int, minutes: float) -> None:
    met = bisect_left(times, times[0] + minutes * MINUTE) / (limit * minutes)
    most = max(bisect_left(times, at + MINUTE) - place for place, at in enumerate(times))
    sys.stdout.write(
        f"two workers, {name}: {limit} a minute met to {met:.1%} over {minutes:g} minutes;"
        f" at most {most} in any sixty seconds\n"
    )
    sys.stdout.flush()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'rates.sqlite'}"
        return
    with postgresql(folder) as url:
        yield url


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--rate", type=int, default=120)
    parser.add_argument("--domain-rate", type=int, default=60)
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
