"""Lines on stdin -> worker processes, hatched at once: importing takes longer than most of them live.

    python -m tests.faults.nest [late]

Each line starts one and prints its number. `late` is the version broken on purpose: the start of DATA is recorded only
with the outcome.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Event

from hopnps import create_app, jobs  # noqa: F401  (so that no worker needs to)
from hopnps.cli import worker
from hopnps.services import outcomes


def main() -> None:
    app = create_app()
    worker.POLL_SECONDS = 0.1
    if "late" in sys.argv:
        outcomes.record_starts = lambda _session, mails, *, now: {one.delivery_id for one in mails}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for _line in sys.stdin:
        number = os.fork()
        if not number:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            hatch(app)
        print(number, flush=True)


def hatch(app) -> None:
    """A worker until it is told to stop, or worse."""
    try:
        with app.app_context():
            app.extensions["hopnps"].db.engine.dispose(close=False)
            worker.run(Event(), once=False)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
