"""An application -> the same application behind a real waitress, on a port that was free."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from waitress import create_server, wasyncore


def free_socket() -> socket.socket:
    """A bound socket of 127.0.0.1: its port is ours before the application exists, so links can name it."""
    ours = socket.socket()
    ours.bind(("127.0.0.1", 0))
    return ours


@contextmanager
def serving(app: Flask, ours: socket.socket) -> Iterator[None]:
    """Answer requests on that socket until the block ends."""
    sockets: dict = {}
    server = create_server(app, sockets=[ours], map=sockets, threads=4)
    thread = Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets, ignore_all=True))
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
