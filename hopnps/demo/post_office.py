"""The demo's SMTP server on 127.0.0.1: what it accepts goes into the letterbox and nowhere else."""

from __future__ import annotations

from typing import Any

from aiosmtpd.controller import Controller

from hopnps.demo.letters import Letterbox

LARGEST = 25_000_000  # bytes, as most mail servers accept


class _Clerk:
    def __init__(self, letterbox: Letterbox) -> None:
        self.letterbox = letterbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letterbox.drop(envelope.original_content)
        return "250 Kept in the local mailbox"


def open_post_office(letterbox: Letterbox, port: int) -> Controller:
    """A started server; `stop()` ends it. Raises OSError if the port is taken."""
    office = Controller(_Clerk(letterbox), hostname="127.0.0.1", port=port, data_size_limit=LARGEST)
    office.start()
    return office
