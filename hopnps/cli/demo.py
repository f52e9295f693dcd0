"""hopnps demo: an invented company, its pages, its worker and its mailbox, in one process."""

from __future__ import annotations

import importlib.util
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click
import waitress
from flask import Flask, current_app
from flask.cli import ScriptInfo

from hopnps import database
from hopnps.cli import worker
from hopnps.cli.context import house, now, session
from hopnps.demo import company, room
from hopnps.demo.letters import Letterbox
from hopnps.i18n import gettext as _
from hopnps.services import seeds


@click.command("demo")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port of the web pages. Default: 5000, or the next free one.",
)
@click.pass_context
def command(context: click.Context, port: int | None) -> None:
    """An invented company on this machine, to look around in: its mails go to a mailbox of its own.

    Its data stands in the folder `demo` of the instance and is kept from one start to the next.
    """
    _refuse_without_mail_server()
    door = _door(port)
    app = _app(context.ensure_object(ScriptInfo), door)
    with app.app_context():
        _prepare()
        with _running(app):
            _say_where()
            _serve(app, door)


def _refuse_without_mail_server() -> None:
    if importlib.util.find_spec("aiosmtpd") is None:
        raise click.ClickException(
            "The demo needs its mail server: pip install 'hopnps[demo]' brings it."
        )


def _door(port: int | None) -> socket.socket:
    try:
        return room.listening_socket(port)
    except OSError as fault:
        raise click.ClickException(f"Port {port} cannot be used: {fault.strerror}.") from fault


def _app(info: ScriptInfo, door: socket.socket) -> Flask:
    folder = room.folder(os.environ)
    os.environ["HOPNPS_INSTANCE"] = str(folder)
    settings = room.settings(folder, door.getsockname()[1], room.free_port())
    create_app: Any = info.create_app
    return create_app(**settings)


def _prepare() -> None:
    """Tables, seeds and the company, each once."""
    database.upgrade(house().db.engine)
    seeds.sow(session(), now=now())
    if not company.is_there(session()):
        click.echo(_("Inventing a company: this takes a few seconds, once."))
        company.fill(session(), now=now(), timezone=house().timezone)
    session().commit()
    session().remove()  # type: ignore[attr-defined]


@contextmanager
def _running(app: Flask) -> Iterator[None]:
    """The mailbox and the worker, while the web server runs."""
    from hopnps.blueprints import mailbox
    from hopnps.demo.post_office import open_post_office

    letterbox = Letterbox(Path(app.config["HOPNPS_INSTANCE"]) / mailbox.FOLDER)
    office = open_post_office(letterbox, app.config["MAIL_PORT"])
    stop = Event()
    clerk = Thread(target=_work, args=(app, stop), name="worker")
    clerk.start()
    try:
        yield
    finally:
        stop.set()
        clerk.join()
        office.stop()


def _work(app: Flask, stop: Event) -> None:
    with app.app_context():
        worker.run(stop, once=False)


def _serve(app: Flask, door: socket.socket) -> None:
    """Until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    waitress.create_server(app, sockets=[door], threads=8).run()


def _say_where() -> None:
    """The last lines: the address, and who can log in there."""
    click.echo(_("The demo of hopnps runs on this machine only. Ctrl-C ends it; its data is kept."))
    address = current_app.config["HOPNPS_PUBLIC_URL"]
    lines = [
        (_("Address"), address),
        (_("Mailbox"), f"{address}/mailbox"),
        *((_("Log in as"), f"{email:22}{role}") for email, _name, role in company.COLLEAGUES),
        (_("Password"), company.PASSWORD),
    ]
    click.echo()
    for label, value in lines:
        click.echo(f"  {label:18}{value}")
