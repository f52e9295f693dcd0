"""Letters and a postman, without a database: what tests of the line alone need."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from hopnps.domain.smtp_dialogue import dot_stuffed
from hopnps.postman import Postman

CONTENT = b"Subject: Bonjour\r\n\r\n.\r\n..\r\nUn vote ?\r\n"


@dataclass(frozen=True)
class Letter:
    recipient: str = "claire@example.org"
    content: bytes = CONTENT
    sender: str = "bonjour@example.org"

    @property
    def mail(self):
        return self

    @property
    def wire(self):
        return dot_stuffed(self.content)


def letters(number, content=CONTENT):
    return [Letter(f"client{one}@example.org", content) for one in range(number)]


def carry(mailer, parcels, *, connections=1, seconds=10):
    """What became of them; ends when all are over, or when the postman gives up."""
    verdicts, end = [], monotonic() + seconds
    with Postman(mailer, connections=connections) as postman:
        postman.hand_over(parcels)
        while len(verdicts) < len(parcels) and not postman.trouble and monotonic() < end:
            verdicts += postman.take(enough=len(parcels) - len(verdicts), seconds=0.5)
    return verdicts + postman.take()


def fates(verdicts):
    return {one.fate.name for one in verdicts}
