"""What a mail server answered -> what becomes of that mail and of that address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where in the conversation the server answered."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


@dataclass(frozen=True)
class Reply:
    """`words` is the server's own text, its enhanced code (RFC 3463) included where it gave one."""

    stage: Stage
    code: int
    words: str

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip()

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def temporary(self) -> bool:
        """4xx, and whatever is no proper refusal: try again later."""
        return not self.accepted and not 500 <= self.code < 600

    @property
    def closing(self) -> bool:
        """421: the server is about to hang up."""
        return self.code == 421

    @property
    def means_policy(self) -> bool:
        """5.7.x: a final refusal of what we send or who we are, and no word about this address."""
        return 500 <= self.code < 600 and self.words.startswith("5.7.")

    @property
    def means_no_such_address(self) -> bool:
        """A final refusal of this very recipient; a refusal by policy (5.7.x) or of the sender is none."""
        if self.temporary or self.accepted or self.stage not in {Stage.RCPT, Stage.DATA}:
            return False
        enhanced = re.match(r"5\.(\d{1,3})\.(\d{1,3})\b", self.words)
        if enhanced is None:
            return self.stage is Stage.RCPT and self.code in {550, 551, 553}
        subject, detail = int(enhanced[1]), int(enhanced[2])
        about_sender = detail in {7, 8}
        return (subject == 1 and not about_sender) or (subject, detail) == (2, 1)
