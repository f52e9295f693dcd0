"""The environment -> the demo's own folder and settings, in which nothing of a real installation is left."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
FIRST_PORT = 5000
PORTS_TRIED = 20


def folder(environ: Mapping[str, str]) -> Path:
    """A folder inside the instance, so that invented clients never stand beside real ones."""
    return Path(environ.get("HOPNPS_INSTANCE") or "instance").absolute() / "demo"


def settings(folder: Path, port: int, mail_port: int) -> dict[str, Any]:
    """Every setting that leads somewhere leads back to the demo, whatever the environment says."""
    return {
        "HOPNPS_DATABASE_URL": f"sqlite:///{folder / 'hopnps.sqlite'}",
        "HOPNPS_PUBLIC_URL": f"http://{HOST}:{port}",
        "HOPNPS_DEMO_MAILBOX": True,
        "HOPNPS_TOKEN_KEYS": None,
        "HOPNPS_TRUSTED_PROXIES": 0,
        "SECRET_KEY": None,
        "MAIL_SERVER": HOST,
        "MAIL_PORT": mail_port,
        "MAIL_USE_TLS": False,
        "MAIL_USE_SSL": False,
        "MAIL_USERNAME": None,
        "MAIL_PASSWORD": None,
        "MAIL_DEFAULT_SENDER": "Cycles Tilleul <bonjour@example.org>",
    }


def listening_socket(port: int | None = None) -> socket.socket:
    """On this port, or else on the first free one from 5000 on; raises OSError if there is none."""
    ports = [port] if port is not None else [*range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0]
    for number in ports[:-1]:
        try:
            return _bound(number)
        except OSError:
            continue
    return _bound(ports[-1])


def free_port() -> int:
    with _bound(0) as probe:
        return probe.getsockname()[1]


def _bound(port: int) -> socket.socket:
    ours = socket.socket()
    try:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind((HOST, port))
        ours.listen()
    except OSError:
        ours.close()
        raise
    return ours
