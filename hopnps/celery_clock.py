"""The clock, struck by Celery instead of `hopnps worker`: each tick does what is due. What is due stands in the rows.

A tick that is lost, late or told twice does no harm: it carries nothing, and rows are claimed with leases.
"""

from __future__ import annotations

from threading import Event
from time import monotonic
from typing import Any

from celery import Celery, signals
from flask import Flask

from hopnps import jobs

EVERY_SECONDS = 2.0  # between two ticks
LONGEST_SECONDS = 20.0  # of one tick: a worker that is told to stop waits for it
STALE_SECONDS = 10.0  # a tick that waited longer is dropped, so that they do not pile up


def wind(app: Flask) -> Celery:
    """Celery for an application on which hopnps is mounted; `celery -A` wants it in a module of yours."""
    celery = Celery("hopnps", broker=app.extensions["hopnps"].setting("HOPNPS_CELERY_BROKER"))
    celery.conf.update(
        beat_schedule={
            "hopnps": {
                "task": "hopnps.tick",
                "schedule": EVERY_SECONDS,
                "options": {"expires": STALE_SECONDS},
            }
        },
        beat_scheduler="celery.beat:Scheduler",  # keeps no file: nothing is lost with it
        broker_connection_retry_on_startup=True,
        task_ignore_result=True,
        task_default_queue="hopnps",
        worker_prefetch_multiplier=1,
    )
    stopping = Event()

    @celery.task(name="hopnps.tick")
    def struck() -> None:
        tick(app, stopping)

    _arm(app, stopping)
    return celery


def tick(app: Flask, stopping: Event) -> None:
    """Do what is due, and what becomes due meanwhile, for LONGEST_SECONDS at most."""
    until = monotonic() + LONGEST_SECONDS

    def over() -> bool:
        return stopping.is_set() or monotonic() > until

    with app.app_context():
        while jobs.run_due(app.extensions["hopnps"], stopping=over) and not over():
            pass


def _arm(app: Flask, stopping: Event) -> None:
    """Processes that Celery forks share no connection with the first one, and say when they stop."""
    house: Any = app.extensions["hopnps"]

    def told_to_stop(**_: Any) -> None:
        stopping.set()

    def forked(**_: Any) -> None:
        with app.app_context():
            house.db.engine.dispose(close=False)

    def gone(**_: Any) -> None:
        with app.app_context():
            jobs.sign_off(house)

    for signal, heard in (
        (signals.worker_shutting_down, told_to_stop),
        (signals.worker_process_init, forked),
        (signals.worker_process_shutdown, gone),
        (signals.worker_shutdown, gone),
    ):
        signal.connect(heard, weak=False)
