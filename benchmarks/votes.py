"""Clients who open the page of a score and vote, many at once -> what share that is of an empty Flask view.

    python -m benchmarks.votes [--votes 2000] [--rounds 5] [--connections 8] [--database sqlite] [--server gunicorn]

One server process (waitress, as `hopnps serve` starts it) answers three kinds of requests in turns: an empty view of a
Flask application that has nothing else; the page of a score, whose click is noted; the form of that page, whose vote is
stored. Told is the median of the rounds, as requests a second by the clock and by the processor time of the server's
process: where others work on the machine too, trust the latter; PostgreSQL's own time is in neither. Then a worker sends
the campaign from the same database while the rest votes: each vote must be answered and be there afterwards.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

import psutil
import sqlalchemy as sa
import waitress
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from benchmarks import sending_house
from benchmarks.postgresql import postgresql
from hopnps.links import Purpose
from hopnps.models import Invitation, Response

KINDS = ("empty", "page", "vote")
TARGETS = {"sqlite": 50, "postgresql": 30}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
HEAD = f"Host: avis.example.org\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\n"
Rates = dict[str, dict[str, float]]


def main() -> None:
    options = _options()
    if options.serve:
        return _serve(options)
    for kind in options.database or list(TARGETS):
        with TemporaryDirectory(prefix="hopnps-bench-") as folder, _database(kind, folder) as url:
            _tell(kind, *_measure(kind, url, Path(folder), options))


def _measure(
    kind: str, url: str, folder: Path, options: argparse.Namespace
) -> tuple[Rates, dict[str, int]]:
    app = sending_house.make(url, folder)
    rest = options.votes
    sending_house.fill(app, options.votes * options.rounds + rest)
    requests = _requests(app)
    with _server(url, folder, options) as (port, process):
        ask = partial(_ask, port, options.connections, process)
        ask(requests["empty"][:200], b"200")  # everybody wakes up
        ask(requests["page"][-50:], b"200")
        done: dict[str, list[dict[str, float]]] = {name: [] for name in KINDS}
        for number in range(options.rounds):
            some = slice(number * options.votes, (number + 1) * options.votes)
            for name in KINDS:
                done[name].append(ask(requests[name][some], b"303" if name == "vote" else b"200"))
        meanwhile = _while_sending(app, url, folder, ask, requests["vote"][-rest:], options)
    rates = {
        name: {by: median(one[by] for one in rounds) for by in rounds[0]}
        for name, rounds in done.items()
    }
    return rates, meanwhile


def _while_sending(
    app: Flask,
    url: str,
    folder: Path,
    ask: Callable[..., dict[str, float]],
    votes: list[bytes],
    options: argparse.Namespace,
) -> dict[str, int]:
    """The worker begins, then all others vote, pages and all."""
    before = _answers(app)
    with _sink() as port:
        worker = _spawn("--serve", "worker", "--url", url, "--folder", str(folder), "--port", port)
        while not sending_house.states(app).get("sent"):
            sleep(0.05)
        found = ask(votes, b"303")
        sent = sending_house.states(app).get("sent", 0)
        worker.terminate()
        worker.wait()
    return {
        "votes": len(votes),
        "refused": int(found["refused"]),
        "lost": before + len(votes) - _answers(app),
        "mails sent meanwhile": sent,
        "a second": round(found["clock"]),
    }


def _requests(app: Flask) -> dict[str, list[bytes]]:
    """For each invitation one request of each kind, as bytes."""
    with app.app_context():
        house = app.extensions["hopnps"]
        numbers = house.session.scalars(sa.select(Invitation.id).order_by(Invitation.id)).all()
        house.session.rollback()
        now = datetime.now(UTC)
        found: dict[str, list[bytes]] = {name: [] for name in KINDS}
        for number in numbers:
            token = house.links.token(Purpose.ANSWER, number)
            form = urlencode({"nonce": house.links.nonce(token, now=now), "score": number % 11})
            length = (
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}"
            )
            found["empty"].append(f"GET /empty HTTP/1.1\r\n{HEAD}\r\n".encode())
            found["page"].append(f"GET /s/{token}/{number % 11} HTTP/1.1\r\n{HEAD}\r\n".encode())
            found["vote"].append(
                f"POST /s/{token} HTTP/1.1\r\n{HEAD}{length}\r\n\r\n{form}".encode()
            )
    return found


def _ask(
    port: int, connections: int, process: psutil.Process, requests: list[bytes], status: bytes
) -> dict[str, float]:
    """Send these, over so many connections at once; how many a second, and how many were answered otherwise."""
    wrong: list[bytes] = []
    parts = [requests[one::connections] for one in range(connections)]
    together = [Thread(target=_talk, args=(port, part, status, wrong)) for part in parts]
    spent, start = _spent(process), perf_counter()
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    clock = perf_counter() - start
    return {
        "clock": len(requests) / clock,
        "processor": len(requests) / max(_spent(process) - spent, 0.001),
        "refused": len(wrong),
    }


def _talk(port: int, requests: list[bytes], status: bytes, wrong: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            line.sendall(request)
            if _answer(line)[9:12] != status:
                wrong.append(request)


def _answer(line: socket.socket) -> bytes:
    """One whole answer: its head, and as much as that says."""
    got = line.recv(65536)
    while (end := got.find(b"\r\n\r\n")) < 0:
        got += _more(line)
    at = got.lower().find(b"content-length:", 0, end)
    length = int(got[at + 15 : got.find(b"\r\n", at)]) if at > 0 else 0
    while len(got) < end + 4 + length:
        got += _more(line)
    return got


def _more(line: socket.socket) -> bytes:
    got = line.recv(65536)
    if not got:
        raise ConnectionError("the server hung up")
    return got


def _serve(options: argparse.Namespace) -> None:
    """In a process of its own: the web server, or the worker."""
    if options.serve == "worker":
        settings = {"MAIL_PORT": int(options.port)}
        return sending_house.work(sending_house.make(options.url, Path(options.folder), **settings))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    ours = sending_house.make(options.url, Path(options.folder))
    empty = Flask("empty")
    empty.add_url_rule("/", "empty", lambda: "")
    both: Any = DispatcherMiddleware(ours, {"/empty": _at_root(empty)})
    waitress.serve(both, host="127.0.0.1", port=int(options.port), threads=8)


def _at_root(app: Flask) -> Callable[..., Any]:
    def serve(environ: dict[str, Any], start: Any) -> Any:
        return app.wsgi_app(environ | {"PATH_INFO": "/"}, start)

    return serve


@contextmanager
def _server(
    url: str, folder: Path, options: argparse.Namespace
) -> Iterator[tuple[int, psutil.Process]]:
    port = _free_port()
    process = _spawn(
        *("--serve", options.server, "--url", url, "--folder", str(folder), "--port", str(port))
    )
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _sink() -> Iterator[str]:
    """A mail server that takes everything and keeps nothing."""
    from aiosmtpd.controller import Controller

    class Sink:
        async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            return "250 OK"

    port = _free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield str(port)
    finally:
        controller.stop()


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/votes.sqlite"
        return
    with postgresql(Path(folder), shared_buffers="128MB") as url:
        yield url


def _spawn(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.votes", *words])


def _spent(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


def _answers(app: Flask) -> int:
    with app.app_context():
        session = app.extensions["hopnps"].session
        found = session.scalar(sa.select(sa.func.count(Response.id)))
        session.rollback()
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _tell(kind: str, rates: Rates, meanwhile: dict[str, int]) -> None:
    print(f"\n{kind}: requests a second, and the share of an empty view (target {TARGETS[kind]} %)")
    for name, rate in rates.items():
        shares = {by: 100 * rate[by] / rates["empty"][by] for by in ("clock", "processor")}
        told = (f"{rate[by]:8.0f} {shares[by]:4.0f} %" for by in shares)
        good = "" if name == "empty" else _verdict(shares["clock"] >= TARGETS[kind])
        print(f"  {name:6} by the clock {' , by the processor '.join(told)}  {good}")
    told = [f"{number} {what}" for what, number in meanwhile.items()]
    good = _verdict(not meanwhile["refused"] and not meanwhile["lost"])
    print(f"  while a campaign is being sent: {', '.join(told)}  {good}")


def _verdict(good: bool) -> str:
    return "ok" if good else "MISSED"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--database", action="append", choices=list(TARGETS))
    parser.add_argument("--server", default="waitress", choices=["waitress"])
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    for name in ("--url", "--folder", "--port"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
