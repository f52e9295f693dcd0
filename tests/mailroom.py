"""A real SMTP server for the tests: keeps what it accepts, refuses or breaks off where it is told to."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


@dataclass
class Mail:
    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class Mailroom:
    """Anybody is accepted unless a recipient stands in one of these:

    `answers`: the reply to RCPT, `after_dot`: the reply to the whole mail, `cut_at_rcpt`, `cut_in_data` (the mail is
    lost), `cut_after_dot` (the mail is kept, nobody is told), `silent` (no reply to the mail until reset).
    `at_mail` is the reply to every MAIL. `connections` counts who said EHLO.
    """

    mails: list[Mail] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    after_dot: dict[str, str] = field(default_factory=dict)
    cut_at_rcpt: set[str] = field(default_factory=set)
    cut_in_data: set[str] = field(default_factory=set)
    cut_after_dot: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    at_mail: str = ""
    connections: int = 0

    def start(self) -> None:
        self.port = _free_port()  # aiosmtpd greets itself at start, so it must know its port
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    def reset(self) -> None:
        self.mails.clear()
        self.answers.clear()
        self.after_dot.clear()
        for trouble in (self.cut_at_rcpt, self.cut_in_data, self.cut_after_dot, self.silent):
            trouble.clear()
        self.at_mail = ""
        self.connections = 0

    def to(self, recipient: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.recipient == recipient]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.at_mail:
            return self.at_mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.cut_at_rcpt:
            server.transport.abort()
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        [recipient] = envelope.rcpt_tos
        if recipient in self.cut_in_data:
            server.transport.abort()
            return "451 lost"
        if recipient in self.after_dot:
            return self.after_dot[recipient]
        self.mails.append(Mail(envelope.mail_from, recipient, envelope.original_content))
        if recipient in self.cut_after_dot:
            server.transport.abort()
        while recipient in self.silent:
            await asyncio.sleep(0.05)
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
