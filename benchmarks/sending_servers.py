"""A wish -> a mail server on this machine: Debian's smtp-sink, or a distant one that takes its time."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep, time

MISSING = """\
This benchmark needs smtp-sink and smtp-source of Debian's postfix package:
    apt-get install --no-install-recommends postfix      (its service need not run), or
    apt-get download postfix && dpkg -x postfix_*.deb FOLDER, and then POSTFIX=FOLDER make bench-send"""


def tool(name: str) -> str:
    """Where smtp-sink or smtp-source is; ends the program with what to install if it is nowhere."""
    folder = os.environ.get("POSTFIX", "")
    found = shutil.which(name, path=f"{folder}/usr/sbin:/usr/sbin:{os.environ['PATH']}")
    return found or sys.exit(MISSING)


def surroundings() -> dict[str, str]:
    """The environment of those tools, also where they were only unpacked."""
    folder = os.environ.get("POSTFIX")
    return os.environ | ({"LD_LIBRARY_PATH": f"{folder}/usr/lib/postfix"} if folder else {})


@contextmanager
def sink(*, pipelining: bool = True) -> Iterator[int]:
    """smtp-sink on a free port."""
    port = free_port()
    command = [tool("smtp-sink"), *([] if pipelining else ["-p"])]
    if os.geteuid() == 0:
        command += ["-u", pwd.getpwnam("nobody").pw_name]
    server = subprocess.Popen([*command, f"127.0.0.1:{port}", "1000"], env=surroundings())
    try:
        _await(port)
        yield port
    finally:
        server.kill()
        server.wait()


class Distant:
    """An SMTP server in a thread: so many seconds away, and so many to take a mail. `times`: when each was taken."""

    def __init__(self, *, away: float = 0.0, takes: float = 0.0) -> None:
        self.away, self.takes = away, takes
        self.times: list[float] = []

    @contextmanager
    def serving(self) -> Iterator[int]:
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        )
        thread = Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What is said in one breath is answered in one, a round trip later."""
        try:
            writer.write(b"220 ready\r\n")
            while command := await reader.readline():
                words = [await self._answer(command, reader)]
                while b"\n" in reader._buffer:  # type: ignore[attr-defined]  # said in the same breath
                    words.append(await self._answer(await reader.readline(), reader))
                await asyncio.sleep(self.away)
                writer.write(b"".join(words))
                if command.upper().startswith(b"QUIT"):
                    break
        except ConnectionError:
            pass
        writer.close()

    async def _answer(self, command: bytes, reader: asyncio.StreamReader) -> bytes:
        verb = command[:4].upper().strip()
        if verb == b"EHLO":
            return b"250-far\r\n250 PIPELINING\r\n"
        if verb == b"DATA":
            return b"354 go\r\n"
        if verb == b"QUIT":
            return b"221 bye\r\n"
        if verb in {b"MAIL", b"RCPT", b"RSET", b"NOOP"}:
            return b"250 ok\r\n"
        while command != b".\r\n":
            rest = await reader.readuntil(b"\r\n.\r\n")
            command = rest[-3:]
        await asyncio.sleep(self.takes)
        self.times.append(time())
        return b"250 taken\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    end = monotonic() + 10
    while monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as line:
                line.recv(100)
                line.sendall(b"QUIT\r\n")
                return
        except OSError:
            sleep(0.05)
    sys.exit("smtp-sink did not start")
