"""A campaign of 28 KB mails with 11 links -> mails a second, end to end, beside what the machine can do at best.

    python -m benchmarks.sending [--mails 10000] [--rounds 5] [--claims 1000000] [--only NAME ...]

The limit is Postfix's smtp-source with ten sessions into its smtp-sink. hopnps does all it does in earnest: claim, check,
write each mail for its reader, record the start of each and what the server said. All ways take turns, the medians of
the rounds are told, each as a share of smtp-source in the same rounds. Each worker of hopnps is a process of its own; the
processor time a mail and the peak memory of one are told too. `make bench-send` runs it; it takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import IO, Any, cast

from benchmarks import sending_claims, sending_house
from benchmarks.postgresql import postgresql
from benchmarks.sending_rivals import flask_mail_loop, smtp_source, smtplib_loop
from benchmarks.sending_servers import Distant, sink

SIZE = 28_000
AWAY, TAKES, CONNECTIONS = 0.010, 0.040, 8  # seconds of a round trip, and to accept a mail
LIMIT = "smtp-source, ten sessions"
FAR = "smtplib, 8 connections, far server"
TARGETS = {
    "hopnps, SQLite": 0.8,
    "hopnps, PostgreSQL": 0.8,
    "hopnps, SQLite, Liquid": 0.6,
    "hopnps, PostgreSQL, Liquid": 0.6,
    "hopnps, SQLite, no PIPELINING": 0.6,
}
RATE = 600  # a minute
Way = Callable[[], dict[str, float]]


def main() -> None:
    options = _options()
    if options.step:
        sys.stdout.write(json.dumps(STEPS[options.step](options)) + "\n")
        return
    with TemporaryDirectory(prefix="hopnps-bench-") as folder, ExitStack() as stack:
        bench = Bench(Path(folder), stack, options)
        bench.compare()
        bench.keep_a_rate()
        bench.claim()


class Bench:
    """The servers, the houses, and the ways that take turns."""

    def __init__(self, folder: Path, stack: ExitStack, options: argparse.Namespace) -> None:
        self.folder, self.options, self.houses = folder, options, 0
        self.postgresql = stack.enter_context(postgresql(folder, shared_buffers="512MB"))
        self.sink = stack.enter_context(sink())
        self.slow_sink = stack.enter_context(sink(pipelining=False))
        self.distant = Distant(away=AWAY, takes=TAKES)
        self.far = stack.enter_context(self.distant.serving())

    def compare(self) -> None:
        mails, few = self.options.mails, max(500, self.options.mails // 10)
        content = (b"x" * 70 + b"\r\n") * (SIZE // 72)
        sqlite, server = self._house("sqlite", mails), self._house("postgresql", mails)
        liquid = [self._house(kind, mails, logic=True) for kind in ("sqlite", "postgresql")]
        distant = self._house("sqlite", few)
        text = "x" * 70 + "\n"
        ways: dict[str, Way] = {
            LIMIT: lambda: _rate(mails, smtp_source(self.sink, mails, SIZE)),
            "hopnps, SQLite": lambda: self._sent(sqlite, mails, self.sink),
            "hopnps, PostgreSQL": lambda: self._sent(server, mails, self.sink),
            "hopnps, SQLite, two workers": lambda: self._sent(sqlite, mails, self.sink, workers=2),
            "hopnps, PostgreSQL, two workers": lambda: self._sent(
                server, mails, self.sink, workers=2
            ),
            "hopnps, SQLite, Liquid": lambda: self._sent(liquid[0], mails, self.sink),
            "hopnps, PostgreSQL, Liquid": lambda: self._sent(liquid[1], mails, self.sink),
            "hopnps, SQLite, no PIPELINING": lambda: self._sent(sqlite, mails, self.slow_sink),
            "smtplib loop, ready bytes": lambda: _rate(few, smtplib_loop(self.sink, few, content)),
            "Flask-Mail loop": lambda: _rate(
                few, flask_mail_loop(self.sink, few, text * 55, text * 340)
            ),
            "hopnps, SQLite, far server": lambda: self._sent(distant, few, self.far),
            FAR: lambda: _rate(few, smtplib_loop(self.far, few, content, connections=CONNECTIONS)),
        }
        wanted = self.options.only
        chosen = {
            name: way for name, way in ways.items() if not wanted or name in wanted or name == LIMIT
        }
        _tell(_take_turns(chosen, self.options.rounds), mails)

    def keep_a_rate(self) -> None:
        """How near a rate is met, and whether it is ever passed."""
        if self.options.only:
            return
        near, people = Distant(), RATE // 2
        with near.serving() as port:
            house = self._house("sqlite", people)
            self._sent(house, people, port, rate=RATE)
        times = near.times
        met = (len(times) - 1) / (times[-1] - times[0]) * 60 / RATE
        span = 10.0
        most = max(sum(at <= one < at + span for one in times) for at in times)
        _say(
            f"\na rate of {RATE} a minute: met to {met:.1%}; at most {most} in any 10 seconds ({RATE / 6:.0f} allowed)"
        )

    def claim(self) -> None:
        if self.options.only or not self.options.claims:
            return
        for kind in ("sqlite", "postgresql"):
            url = self._house(kind, self.options.claims)
            found = self._step("claim", url)
            first, *_between, last = found["quarters"]
            _say(
                f"claiming {found['rows']:,} rows on {kind}: {first:.1f} us a row in the first quarter, {last:.1f} in the"
                f" last ({last / first:.2f} times; target 1.3); memory {found['memory'][0]:.0f} MB after the first"
                f" quarter, {found['memory'][-1]:.0f} MB at the end"
            )

    def _house(self, kind: str, people: int, *, logic: bool = False) -> str:
        """The URL of a database with a campaign to so many people."""
        self.houses += 1
        name = f"bench{self.houses}"
        if kind == "sqlite":
            url = f"sqlite:///{self.folder / name}.sqlite"
        else:
            url = self._new_database(name)
        self._step("fill", url, "--mails", str(people), *(["--logic"] if logic else []))
        return url

    def _new_database(self, name: str) -> str:
        import sqlalchemy as sa

        base = sa.make_url(self.postgresql)
        engine = sa.create_engine(base, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return base.set(database=name).render_as_string(False)

    def _sent(
        self, url: str, mails: int, port: int, *, rate: int = 0, workers: int = 1
    ) -> dict[str, float]:
        self._step("put_back", url)
        command = self._command("send", url, "--port", str(port), "--rate", str(rate))
        started = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _one in range(workers)
        ]
        for one in started:
            cast(IO[str], one.stdout).readline()  # it is ready
        for one in started:
            print("go", file=one.stdin, flush=True)
        found = [json.loads(one.communicate()[0].splitlines()[-1]) for one in started]
        assert self._step("count", url)["sent"] == mails, found
        return _rate(mails, max(one["seconds"] for one in found)) | {
            "cpu": sum(one["cpu"] for one in found) / mails * 1e6,
            "memory": max(one["memory"] for one in found),
        }

    def _step(self, step: str, url: str, *more: str) -> dict[str, Any]:
        """In a process of its own."""
        command = self._command(step, url, *more)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])

    def _command(self, step: str, url: str, *more: str) -> list[str]:
        command = [sys.executable, "-m", "benchmarks.sending", "--step", step, "--url", url]
        return [*command, "--folder", str(self.folder), *more]


def _take_turns(ways: dict[str, Way], rounds: int) -> dict[str, dict[str, float]]:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            found[name].append(way())
        sys.stderr.write(f"round {number + 1} of {rounds} is done\n")
    return {
        name: {key: median(one[key] for one in each) for key in each[0]}
        for name, each in found.items()
    }


def _tell(found: dict[str, dict[str, float]], mails: int) -> None:
    limit = found[LIMIT]["rate"]
    _say(
        f"{mails:,} mails of 28 KB; medians\n{'':38}{'mails/s':>9}{'share':>8}{'target':>8}{'us CPU':>8}{'MB':>6}"
    )
    for name, one in found.items():
        target = f"{TARGETS[name]:.0%}" if name in TARGETS else ""
        more = f"{one['cpu']:8.0f}{one['memory']:6.0f}" if "cpu" in one else ""
        _say(f"{name:38}{one['rate']:9,.0f}{one['rate'] / limit:8.0%}{target:>8}{more}")
    if FAR in found:
        times = found["hopnps, SQLite, far server"]["rate"] / found[FAR]["rate"]
        _say(f"far server: {times:.2f} times smtplib at {CONNECTIONS} connections (target 1.5)")


def _rate(mails: int, seconds: float) -> dict[str, float]:
    return {"rate": mails / seconds}


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def fill(options: argparse.Namespace) -> dict[str, Any]:
    app = sending_house.make(options.url, options.folder)
    sending_house.fill(app, options.mails, logic=options.logic)
    return {}


def put_back(options: argparse.Namespace) -> dict[str, Any]:
    sending_house.put_back(sending_house.make(options.url, options.folder))
    return {}


def count(options: argparse.Namespace) -> dict[str, Any]:
    return sending_house.states(sending_house.make(options.url, options.folder))


def send(options: argparse.Namespace) -> dict[str, Any]:
    """A house's mails, from the first claim to the last outcome; told when to begin, as others may be."""
    pace = {"HOPNPS_RATE_PER_MINUTE": options.rate} if options.rate else {}
    settings: dict[str, Any] = {"HOPNPS_CONNECTIONS": CONNECTIONS, **pace}
    app = sending_house.make(options.url, options.folder, MAIL_PORT=options.port, **settings)
    _say("ready")
    sys.stdin.readline()
    start, used = perf_counter(), process_time()
    sending_house.work(app)
    return {
        "seconds": perf_counter() - start,
        "cpu": process_time() - used,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def claim(options: argparse.Namespace) -> dict[str, Any]:
    return sending_claims.measure(sending_house.make(options.url, options.folder))


STEPS = {"fill": fill, "put_back": put_back, "send": send, "count": count, "claim": claim}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--claims", type=int, default=1_000_000, help="rows; 0 leaves it out")
    parser.add_argument("--only", action="append", metavar="NAME", help="these ways, and the limit")
    parser.add_argument("--step", choices=tuple(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=25, help=argparse.SUPPRESS)
    parser.add_argument("--rate", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--logic", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
