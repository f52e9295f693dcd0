"""hopnps worker: do what is due, now and as it comes."""

from __future__ import annotations

import gc
import signal
from threading import Event
from typing import Any

import click
from flask.cli import with_appcontext

from hopnps.cli.context import house, now, session
from hopnps.services import deliveries

POLL_SECONDS = 2.0
GARBAGE_AFTER = 20_000  # objects more than there were, some megabytes


@click.command("worker")
@click.option("--once", is_flag=True, help="Do all that is due now, then stop.")
@with_appcontext
def command(once: bool) -> None:
    """Send what is due. On Ctrl-C or SIGTERM it finishes the mails in hand, in 30 seconds at most."""
    run(Event(), once=once)
    refusal = house().why_nothing_leaves
    if once and refusal and deliveries.any_due(session(), now=now()):
        raise refusal


def run(stop: Event, *, once: bool) -> None:
    """Work until told to stop, or until nothing is left that was due at the start."""
    from hopnps import jobs

    _stop_on_signals(stop)
    _look_for_garbage_seldom()
    start = now() if once else None
    try:
        while not stop.is_set():
            busy = jobs.run_due(house(), due_by=start, stopping=stop.is_set)
            soon = None if busy else jobs.soon(house())
            if once and not (busy or soon):
                return
            if not busy:
                stop.wait(soon or POLL_SECONDS)
                start = now() if once else None
    finally:
        jobs.sign_off(house())


def _look_for_garbage_seldom() -> None:
    """What is loaded by now stays, and letters come and go by themselves: to search both again and again for circles
    held up the mails.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])


def _stop_on_signals(stop: Event) -> None:
    def told(_number: int, _frame: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            signal.signal(number, told)
        except ValueError:  # not the main thread: whoever started the thread sets the event
            return
