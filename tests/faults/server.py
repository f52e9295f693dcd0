"""An SMTP server that misbehaves as told, per recipient and per connection; it notes what it took, told or not."""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from time import sleep


class Cut(Exception):
    """It hangs up without a word."""


@dataclass
class BadServer:
    """`faults` maps a recipient to what happens to it: see WAYS. The rest is taken.

    `limit`: so many connections at once, others are refused; `banner`, `at_mail`: said instead of 220, and to MAIL;
    `seconds`: how long it thinks before it says that a mail is taken. `taken` counts whole mails, by Message-ID.
    """

    pipelining: bool = True
    faults: dict[str, str] = field(default_factory=dict)
    limit: int = 100
    mails_a_connection: int = 1000
    banner: str = "220 ready"
    at_mail: str = "250 ok"
    seconds: float = 0.0
    taken: Counter[str] = field(default_factory=Counter)
    recipients: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    open_now: int = 0
    most_at_once: int = 0

    def start(self) -> BadServer:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def stop(self) -> None:
        self.listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                line, _address = self.listener.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with self.lock:
            self.connections += 1
            self.open_now += 1
            self.most_at_once = max(self.most_at_once, self.open_now)
            full = self.open_now > self.limit
        try:
            with suppress(OSError, Cut):
                self._talk(line, "421 4.7.0 too many connections" if full else self.banner)
        finally:
            with self.lock:
                self.open_now -= 1
            with suppress(OSError):
                line.close()

    def _talk(self, line: socket.socket, banner: str) -> None:
        words = line.makefile("rwb")
        self._say(words, banner)
        if not banner.startswith("220"):
            return
        recipient, mails = "", 0
        while command := words.readline():
            verb = command[:4].upper().strip()
            if verb == b"EHLO":
                self._say(words, "250-hello\r\n250-PIPELINING" if self.pipelining else "250-hello")
                self._say(words, "250 SIZE 1000000")
            elif verb == b"MAIL":
                recipient, mails = "", mails + 1
                if mails > self.mails_a_connection:
                    return self._say(words, "421 4.7.0 enough for one connection")
                self._say(words, self.at_mail)
            elif verb in {b"RCPT", b"DATA"} and not self.at_mail.startswith("250"):
                self._say(words, "503 5.5.1 MAIL first")
            elif verb == b"RCPT":
                recipient = re.search(rb"<(.*)>", command)[1].decode()
                self._at(words, "rcpt", recipient, "250 ok")
            elif verb == b"DATA":
                if self._at(words, "data", recipient, "354 go on"):
                    self._take(words, recipient)
            elif verb == b"QUIT":
                return self._say(words, "221 bye")
            else:
                self._say(words, "250 ok")
        return None

    def _take(self, words, recipient: str) -> None:
        """The content; whole mails are kept before anything is said of them."""
        way = self.faults.get(recipient, "")
        if way == "cut in content":
            words.read(60)
            raise Cut
        if way == "refused in content":
            words.read(60)
            self._say(words, "552 5.3.4 too big for us")
            raise Cut
        content = b""
        while not (content.endswith(b"\r\n.\r\n") or content == b".\r\n"):
            got = words.readline()
            if not got:
                raise Cut
            content += got
        if way.startswith(("rcpt", "anyway")):
            return self._say(words, "554 no recipients")  # the lone dot
        if way.startswith("dot 4") or way.startswith("dot 5"):
            return self._say(words, way[4:])
        with self.lock:
            found = re.search(rb"^Message-ID: *(<[^>]*>)", content, re.M | re.I)
            self.taken[found[1].decode()] += 1
            self.recipients[recipient] += 1
        if way == "cut after the dot":
            raise Cut
        if way == "silent after the dot":
            sleep(1.5)
            raise Cut
        if way == "noise after the dot":
            return self._say(words, "thank you very much")
        sleep(self.seconds)
        self._say(words, "250 2.0.0 taken")
        return None

    def _at(self, words, stage: str, recipient: str, usual: str) -> bool:
        """Its answer at this stage; whether it is the usual one."""
        way = self.faults.get(recipient, "")
        if stage == "rcpt" and way.startswith("anyway"):
            self._say(words, way[7:])
            return False
        if not way.startswith(stage):
            if stage == "data" and way.startswith("rcpt") and "cut" not in way:
                self._say(words, "503 5.5.1 no valid recipients")
                return False
            self._say(words, usual)
            return True
        said = way[len(stage) + 1 :]
        if said == "cut":
            raise Cut
        if said == "silence":
            sleep(1.5)
            raise Cut
        self._say(words, said)
        if said.startswith("421"):
            raise Cut
        return False

    def _say(self, words, said: str) -> None:
        words.write(said.encode() + b"\r\n")
        words.flush()


# what may happen to one recipient -> the state its delivery then has
WAYS = {
    "": "sent",
    "rcpt 450 4.2.1 busy": "waiting",
    "rcpt 550 5.1.1 no such user": "failed",
    "rcpt 550 5.7.1 by policy": "failed",
    "rcpt 421 4.3.2 going down": "waiting",
    "rcpt cut": "waiting",
    "rcpt silence": "waiting",
    "rcpt what do you mean": "waiting",
    "anyway 550 5.1.1 no such user": "failed",
    "anyway 451 4.3.0 later": "waiting",
    "data 451 4.3.0 later": "waiting",
    "data 554 5.5.1 no": "failed",
    "data 421 4.3.2 going down": "waiting",
    "data cut": "waiting",
    "data 250 ok": "waiting",
    "cut in content": "uncertain",
    "refused in content": "failed",
    "dot 454 4.7.0 throttled": "waiting",
    "dot 421 4.3.2 going down": "waiting",
    "dot 554 5.6.0 we do not like it": "failed",
    "cut after the dot": "uncertain",
    "silent after the dot": "uncertain",
    "noise after the dot": "uncertain",
}
