"""An open SMTP connection -> a line that never blocks: a socket, its dialogue, and when it last gave a sign of life."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

from hopnps.domain.parcel import Parcel, Verdict
from hopnps.domain.smtp_dialogue import GOODBYE, Dialogue
from hopnps.mailer import Connection

_AT_ONCE = 64 * 1024
_LATER = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
GOODBYE_SECONDS = 0.5


class Line:
    """What a postman holds in his hand; errors of the line become verdicts."""

    def __init__(self, connection: Connection) -> None:
        host: Any = connection.host  # smtplib's, set up to the end
        self.connection, self.timeout = connection, connection.timeout
        self.socket: Any = host.sock
        self.socket.setblocking(False)
        self.encrypted = isinstance(self.socket, ssl.SSLSocket)
        self._send = self._send_joined if self.encrypted else self.socket.sendmsg
        self.dialogue = Dialogue(pipelining=host.has_extn("pipelining"), size=host.has_extn("size"))
        self.seen = monotonic()
        self.wants_write = False

    def begin(self, parcel: Parcel) -> None:
        if not self.dialogue.busy:
            self.seen = monotonic()
        self.dialogue.begin(parcel)

    def read(self) -> list[Verdict]:
        """Take in what the server said; of an encrypted line all that was decrypted, for no one else tells of it."""
        verdicts: list[Verdict] = []
        while not self.dialogue.closed:
            try:
                data = self.socket.recv(_AT_ONCE)
            except _LATER:
                break
            except OSError as error:
                return verdicts + self.dialogue.break_off(_words(error))
            self.seen = monotonic()
            verdicts += self.dialogue.feed(data)
            if not self.encrypted:
                break
        return verdicts

    def write(self) -> list[Verdict]:
        """Let go of as much as the line takes."""
        self.wants_write = False
        while words := self.dialogue.to_send():
            try:
                count = self._send(words)
            except _LATER:
                self.wants_write = True
                return []
            except OSError as error:
                return self.dialogue.break_off(_words(error))
            self.seen = monotonic()
            self.dialogue.sent(count)
        return []

    def _send_joined(self, words: Iterable[bytes | memoryview]) -> int:
        """Of an encrypted line, which takes one piece at a time."""
        sent: int = self.socket.send(b"".join(words))
        return sent

    def check(self, now: float) -> list[Verdict]:
        """Cut a line on which an answer is owed and nothing was heard for too long."""
        if self.dialogue.busy and now - self.seen > self.timeout:
            return self.dialogue.break_off(f"no answer for {self.timeout:g} seconds")
        return []

    def hang_up(self) -> list[Verdict]:
        """Say goodbye if nothing is under way, and close; what that leaves of mails under way."""
        if not self.dialogue.closed and not self.dialogue.busy:
            try:
                self.socket.settimeout(GOODBYE_SECONDS)
                self.socket.sendall(GOODBYE)
                self.socket.recv(_AT_ONCE)
            except OSError:
                pass  # what was accepted stays accepted if nobody listens any more
        verdicts = self.dialogue.break_off("the worker was told to stop")
        self.socket.close()
        return verdicts


def _words(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
