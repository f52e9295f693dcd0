"""Lines on stdin, each the environment of one -> worker processes, hatched at once: importing takes longer than most of
them live. The number of each is said on stdout.

A worker that finds BROKEN is the version broken on purpose: it records the start of DATA only with the outcome.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from threading import Event

from hopnps import create_app, jobs  # noqa: F401  (so that no worker needs to)
from hopnps.cli import worker
from hopnps.services import outcomes


def main() -> None:
    worker.POLL_SECONDS = 0.1
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        number = os.fork()
        if not number:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            hatch(json.loads(line))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def hatch(environment: dict[str, str]) -> None:
    """A worker until it is told to stop, or worse."""
    os.environ.update(environment)
    if "BROKEN" in environment:
        outcomes.record_starts = lambda _session, mails, *, now: {one.delivery_id for one in mails}
    try:
        with create_app().app_context():
            worker.run(Event(), once=False)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
