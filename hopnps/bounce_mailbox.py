"""The mailbox where bounces arrive -> rows: each message is read once, and marked or moved after its row is kept."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Timer
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import MailboxFetchError, MailboxFlagError
from imap_tools.utils import check_command_status

from hopnps.domain import bounce_report
from hopnps.domain.bounce_message import LARGEST
from hopnps.services import bounces

BATCH = 200  # messages in one turn
TIMEOUT = 10  # seconds without a word from the server
LONGEST_SECONDS = 30.0  # of one reading, however slowly it drips: mails wait meanwhile
LONGEST_PAUSE = timedelta(hours=1)
SECURITY = ("ssl", "starttls", "none")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Box:
    """Where it is, and how one gets in."""

    server: str
    port: int
    security: str
    username: str
    password: str
    folder: str
    done_folder: str

    @classmethod
    def of(cls, setting: Callable[[str], Any]) -> Box:
        """As it is set."""
        names = ("server", "port", "security", "username", "password", "folder", "done_folder")
        return cls(**{name: setting(f"HOPNPS_BOUNCE_IMAP_{name.upper()}") for name in names})

    def open(self) -> BaseMailBox:
        """Logged in, its folder open. Raises OSError or an error of imaplib or imap_tools."""
        box = self._connect()
        box.login(self.username, self.password, initial_folder=self.folder)
        return box

    def words_of(self, fault: Exception) -> str:
        """What went wrong, for a log: on one line, without the password, whatever the server repeats."""
        words = " ".join(f"{type(fault).__name__}: {fault}".split())
        return words.replace(self.password, "***")[:300] if self.password else words[:300]

    def _connect(self) -> BaseMailBox:
        if self.security == "none":
            return MailBoxUnencrypted(self.server, self.port, timeout=TIMEOUT)
        secure = MailBox if self.security == "ssl" else MailBoxStartTls
        return secure(
            self.server, self.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context()
        )


def read_bounces(turn: Any) -> bool:
    """One step of the clock: read the mailbox when it is due. True if a full batch was there, so that more may be.

    A mailbox that cannot be read is asked again after pauses that grow: it keeps nobody else waiting.
    """
    house, now = turn.house, turn.clock()
    box = Box.of(turn.setting)
    if not box.server or (house.bounces_due_at and now < house.bounces_due_at):
        return False
    pause = timedelta(seconds=turn.setting("HOPNPS_BOUNCE_IMAP_SECONDS"))
    try:
        found = _read(turn, box)
    except Exception as fault:  # imaplib alone has a dozen of its own
        turn.session.rollback()
        house.bounce_faults += 1
        log.error("the bounces' mailbox cannot be read: %s", box.words_of(fault))
        pause = min(pause * 2**house.bounce_faults, max(pause, LONGEST_PAUSE))
        house.bounces_due_at = now + pause
        return False
    house.bounce_faults = 0
    house.bounces_due_at = None if found == BATCH else now + pause
    return found == BATCH


def _read(turn: Any, box: Box) -> int:
    """How many messages were read."""
    turn.session.rollback()  # nothing of the database is open while the network works
    opened = box.open()
    hang_up = Timer(LONGEST_SECONDS, opened.client.socket().shutdown, (socket.SHUT_RDWR,))
    hang_up.daemon = True
    hang_up.start()
    try:
        uids = opened.uids("UNSEEN", charset=None)[:BATCH]
        for uid in uids:
            if turn.stopping():
                return 0
            _record(turn, _message(opened, uid))
            _put_away(opened, uid, box.done_folder)
        return len(uids)
    finally:
        with suppress(Exception):
            opened.logout()
        hang_up.cancel()


def _message(opened: BaseMailBox, uid: str) -> bytes:
    """Its beginning, unread still: a huge one is not fetched whole."""
    told = opened.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
    check_command_status(told, MailboxFetchError)
    return b"".join(part[1] for part in told[1] if isinstance(part, tuple))


def _record(turn: Any, raw: bytes) -> None:
    verdict = bounce_report.read(raw)
    bounces.record(turn.session, verdict, keys=turn.house.links.keys, now=turn.clock())
    turn.session.commit()


def _put_away(opened: BaseMailBox, uid: str, done_folder: str) -> None:
    told = opened.client.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    check_command_status(told, MailboxFlagError)
    if done_folder:
        if not opened.folder.exists(done_folder):
            opened.folder.create(done_folder)
        opened.move(uid, done_folder)
