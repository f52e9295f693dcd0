"""python -m examples.host: the CRM, the worker and a local mailbox, on this machine only."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click
import waitress
from flask import Flask

from examples.host.crm import create_app
from examples.host.crm.people import move_in
from hopnps import database
from hopnps.blueprints.mailbox import FOLDER
from hopnps.cli import worker
from hopnps.demo import room
from hopnps.demo.letters import Letterbox
from hopnps.demo.post_office import open_post_office
from hopnps.services import seeds


def main() -> None:
    folder = Path(os.environ.get("HOPNPS_INSTANCE") or "instance").absolute() / "host"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    door = room.listening_socket()
    address = f"http://{room.HOST}:{door.getsockname()[1]}"
    app = create_app(**settings(folder, address, room.free_port()))
    prepare(app)
    office = open_post_office(Letterbox(folder / FOLDER), app.config["MAIL_PORT"])
    stop = Event()
    clerk = Thread(target=_work, args=(app, stop), name="worker")
    clerk.start()
    click.echo(
        f"A CRM that is not ours:  {address}\nThe clients' mailbox:    {address}/nps/mailbox"
    )
    click.echo("Log in as anybody. Ctrl-C ends it; its data is kept.")
    try:
        signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
        waitress.create_server(app, sockets=[door], threads=8).run()
    finally:
        stop.set()
        clerk.join()
        office.stop()


def settings(folder: Path, address: str, mail_port: int) -> dict[str, Any]:
    """The CRM's own, and what hopnps needs to know."""
    return {
        "SECRET_KEY": "only for this example",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'crm.sqlite'}",
        "SQLALCHEMY_ENGINE_OPTIONS": {"connect_args": {"timeout": 30}},
        "HOPNPS_INSTANCE": str(folder),
        "HOPNPS_PUBLIC_URL": f"{address}/nps",
        "HOPNPS_DEMO_MAILBOX": True,
        "MAIL_SERVER": room.HOST,
        "MAIL_PORT": mail_port,
        "MAIL_DEFAULT_SENDER": "Lindon Repairs <hello@lindon.test>",
    }


def prepare(app: Flask) -> None:
    """The CRM's tables and hopnps's, in one database; `flask hopnps db upgrade` does the second half."""
    from datetime import UTC, datetime

    with app.app_context():
        move_in()
        house = app.extensions["hopnps"]
        database.upgrade(house.db.engine)
        seeds.sow(house.session, now=datetime.now(UTC), house="Lindon Repairs")
        house.session.commit()


def _work(app: Flask, stop: Event) -> None:
    with app.app_context():
        worker.run(stop, once=False)


if __name__ == "__main__":
    main()
