"""An application -> the same application behind a real waitress, on a port that was free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from waitress import create_server, wasyncore


class Door:
    """The address of a server, known before there is an application to put behind it."""

    app: Callable[..., Any]
    url = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        return self.app(environ, start)


@contextmanager
def serving() -> Iterator[Door]:
    """Answer requests until the block ends."""
    door = Door()
    sockets: dict = {}
    server = create_server(door, host="127.0.0.1", port=0, map=sockets, threads=4)
    door.url = f"http://127.0.0.1:{server.effective_port}"
    thread = Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield door
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets, ignore_all=True))
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
