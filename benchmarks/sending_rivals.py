"""The usual ways to send -> how fast they are: the limit (smtp-source), Flask-Mail in a loop, smtplib in a loop."""

from __future__ import annotations

import smtplib
import subprocess
from threading import Thread
from time import perf_counter

import flask_mail
from flask import Flask

from benchmarks.sending_servers import surroundings, tool

SESSIONS = 10
FROM = "bonjour@example.org"


def smtp_source(port: int, mails: int, size: int) -> float:
    """Seconds that Postfix's own generator needs, mails ready in its memory, ten sessions, no database."""
    sizes = ["-s", str(SESSIONS), "-l", str(size), "-m", str(mails)]
    command = [tool("smtp-source"), "-d", *sizes, "-f", FROM, "-t", FROM, f"127.0.0.1:{port}"]
    start = perf_counter()
    subprocess.run(command, env=surroundings(), check=True)
    return perf_counter() - start


def smtplib_loop(port: int, mails: int, content: bytes, *, connections: int = 1) -> float:
    """Seconds for ready bytes, one mail after the other on each connection."""
    start = perf_counter()
    threads = [
        Thread(target=_smtplib, args=(port, mails // connections, content))
        for _one in range(connections)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return perf_counter() - start


def flask_mail_loop(port: int, mails: int, plain: str, html: str) -> float:
    """Seconds for a Message a mail over one connection, as its documentation shows; no database."""
    app = Flask("rival")
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_DEFAULT_SENDER=FROM)
    with app.app_context(), flask_mail.Mail(app).connect() as connection:
        start = perf_counter()
        for number in range(mails):
            connection.send(
                flask_mail.Message(
                    "Votre avis", [f"client{number}@example.org"], body=plain, html=html
                )
            )
        return perf_counter() - start


def _smtplib(port: int, mails: int, content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as line:
        for number in range(mails):
            line.sendmail(FROM, [f"client{number}@example.org"], content)
