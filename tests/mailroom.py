"""A real SMTP server for the tests: keeps what it accepts, refuses whom it is told to refuse."""

from __future__ import annotations

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
    """`answers` maps a recipient to the SMTP reply of RCPT; anybody else is accepted."""

    mails: list[Mail] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.port = _free_port()  # aiosmtpd greets itself at start, so it must know its port
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    def reset(self) -> None:
        self.mails.clear()
        self.answers.clear()

    def to(self, recipient: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.recipient == recipient]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for recipient in envelope.rcpt_tos:
            self.mails.append(Mail(envelope.mail_from, recipient, envelope.original_content))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
