"""Mails that may leave -> verdicts: they are carried over several SMTP connections at once, by whoever has time.

The one who hands over mails has recorded before that they may leave. Whatever comes back as CUT or UNBEGUN, and what
is recalled, has not left. One carries by asking what is over; while one waits for the database, a stand-in carries: two
threads that both have much to do would spend their time on taking turns. Connecting blocks (names, TLS, login), so each
connection is set up in a thread of its own.
"""

from __future__ import annotations

import logging
import selectors
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType

from hopnps.domain.parcel import Fate, Parcel, Verdict
from hopnps.domain.smtp_reply import Stage
from hopnps.line import Line
from hopnps.mailer import LOGIN_REFUSED, Connection, Mailer, Unreachable

MAILS_A_LINE = 10  # one more connection for so many waiting mails
RETRY_SECONDS = (
    0.5,
    2.0,
)  # pauses before a mail server is called again; after the last one it is given up
UNWELCOME = 5  # so many connections in a row without one accepted MAIL: given up
_IDLE_SECONDS, _LOOK_SECONDS = 1.0, 0.1  # at most in one wait; between two looks for silent lines
_READ, _BOTH = selectors.EVENT_READ, selectors.EVENT_READ | selectors.EVENT_WRITE
log = logging.getLogger(__name__)


class Postman:
    """For `with`. `trouble` says why he gave up; what he then still has can be recalled."""

    def __init__(self, mailer: Mailer, *, connections: int) -> None:
        self.trouble: Unreachable | None = None
        self.backlog = (
            0  # mails that will follow those handed over: what connections are opened for
        )
        self.lines: set[Line] = set()
        self._mailer, self._most = mailer, max(1, connections)
        self._mails: deque[Parcel] = deque()
        self._done: list[Verdict] = []
        self._opened: deque[Connection | Unreachable] = deque()
        self._opening = 0
        self._failures = 0
        self._call_again_at = self._look_at = 0.0
        self._ending = False
        self._selector = selectors.DefaultSelector()
        self._ear, self._bell = socket.socketpair()
        self._ear.setblocking(False)
        self._bell.setblocking(False)
        self._bag, self._away = Lock(), Event()  # who holds the bag carries
        self._stand_in = Thread(target=self._carry_on, name="hopnps-postman", daemon=True)

    def __enter__(self) -> Postman:
        self._selector.register(self._ear, _READ)
        self._bag.acquire()
        self._stand_in.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up; what that cut can still be taken."""
        self._ending = True
        self._away.set()
        self._bag.release()
        self._stand_in.join()
        self._hang_up()
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def hand_over(self, mails: Iterable[Parcel]) -> None:
        """Let these mails leave as soon as a connection is free, and somebody carries."""
        self._mails.extend(mails)
        self._ring()

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """The stand-in carries while one is busy with something else; for one who waits more than he works."""
        self._away.set()
        self._bag.release()
        try:
            yield
        finally:
            self._away.clear()
            self._ring()
            self._bag.acquire()

    def recall(self) -> list[Parcel]:
        """The mails that no connection has begun; he forgets them."""
        recalled = []
        while True:
            try:
                recalled.append(self._mails.popleft())
            except IndexError:
                return recalled

    def take(self, *, enough: int = 1, seconds: float = 0) -> list[Verdict]:
        """Carry what can be carried at once, or for so many seconds, until so many are over or there is trouble; those."""
        end = monotonic() + seconds
        self._carry(seconds)
        while len(self._done) < enough and not self.trouble and (left := end - monotonic()) > 0:
            self._carry(left)
        done, self._done = self._done, []
        return done

    @property
    def fluent(self) -> bool:
        """Whether the mail server hears a whole mail at once (PIPELINING), and not word by word."""
        return all(line.dialogue.pipelining for line in self.lines)

    @property
    def waiting(self) -> int:
        return len(self._mails)

    def _ring(self) -> None:
        with suppress(OSError):  # it rings already, or nobody is there any more
            self._bell.send(b"!")

    def _carry_on(self) -> None:
        """The stand-in's life."""
        while self._away.wait() and not self._ending:
            with self._bag:
                self._carry(_IDLE_SECONDS)

    def _carry(self, seconds: float) -> None:
        """One turn, which waits for so long at most until there is something to do."""
        if self._ending:
            return
        try:
            self._turn(min(seconds, _LOOK_SECONDS if self._mails else _IDLE_SECONDS))
        except Exception as error:
            log.exception("the postman fell")
            self.trouble = Unreachable(f"{type(error).__name__} in this program")
            self._hang_up()

    def _hang_up(self) -> None:
        self._tell([one for line in list(self.lines) for one in self._drop(line, hang_up=True)])

    def _turn(self, seconds: float) -> None:
        """Read what came, write what can be written, call for more connections, cut silent ones."""
        verdicts: list[Verdict] = []
        for key, events in self._selector.select(seconds):
            line: Line | None = key.data
            if line is None:
                self._listen()
            else:
                if events & _READ:
                    verdicts += line.read()
                if not line.dialogue.closed:
                    verdicts += self._go_on(line)
                if line.dialogue.closed:
                    self._drop(line)
        if self._mails:
            verdicts += self._serve_idle()
            self._call()
        verdicts += self._cut_silent()
        self._tell(verdicts)

    def _listen(self) -> None:
        """The bell rang: mails were handed over, or connections are up or have failed."""
        with suppress(BlockingIOError):
            self._ear.recv(4096)
        while self._opened:
            found = self._opened.popleft()
            self._opening -= 1
            if isinstance(found, Unreachable):
                self._failed(found)
            else:
                line = Line(found)
                self.lines.add(line)
                self._selector.register(line.socket, _READ, line)

    def _go_on(self, line: Line) -> list[Verdict]:
        """Give a line its next mail, and let go of what it has to say."""
        verdicts = self._begin_next(line) if line.dialogue.wants_mail else []
        before = line.wants_write
        verdicts += line.write()
        if line.wants_write is not before:
            self._selector.modify(line.socket, _BOTH if line.wants_write else _READ, line)
        return verdicts

    def _begin_next(self, line: Line) -> list[Verdict]:
        try:
            parcel = self._mails.popleft()
        except IndexError:
            return []
        try:
            line.begin(parcel)
        except Exception as error:  # a mail that cannot be put together, or signed, harms no other
            return [Verdict(parcel, Fate.CUT, words=f"{type(error).__name__}: {error}")]
        return []

    def _serve_idle(self) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for line in list(self.lines):
            if not line.dialogue.busy and line.dialogue.wants_mail:
                verdicts += self._go_on(line)
                if line.dialogue.closed:
                    self._drop(line)
        return verdicts

    def _cut_silent(self) -> list[Verdict]:
        verdicts: list[Verdict] = []
        now = monotonic()
        if now < self._look_at:
            return verdicts
        self._look_at = now + _LOOK_SECONDS
        for line in list(self.lines):
            if found := line.check(now):
                verdicts += found
                self._drop(line)
        return verdicts

    def _drop(self, line: Line, *, hang_up: bool = False) -> list[Verdict]:
        self._selector.unregister(line.socket)
        self.lines.discard(line)
        if line.dialogue.welcomed:
            self._failures = 0
        elif not hang_up:
            self._failed(Unreachable("the mail server takes no mail"), most=UNWELCOME)
        return line.hang_up()

    def _call(self) -> None:
        """Open connections as long as there are mails for them."""
        if self.trouble or not self._mails or monotonic() < self._call_again_at:
            return
        wanted = min(self._most, 1 + (len(self._mails) + self.backlog - 1) // MAILS_A_LINE)
        while len(self.lines) + self._opening < wanted:
            self._opening += 1
            Thread(target=self._connect, name="hopnps-connect", daemon=True).start()
            if self._failures:
                return  # one at a time

    def _connect(self) -> None:
        try:
            connection = self._mailer.connect().__enter__()
            if self._ending:
                connection.__exit__(None, None, None)
            self._opened.append(connection)
        except Unreachable as error:
            self._opened.append(error)
        except Exception as error:
            self._opened.append(Unreachable(f"{type(error).__name__}: {error}"))
        self._ring()

    def _failed(self, error: Unreachable, *, most: int = len(RETRY_SECONDS) + 1) -> None:
        """A connection could not be had: with others up go on with fewer, else try again soon, then give up."""
        self._failures += 1
        pause = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]
        self._call_again_at = monotonic() + pause
        if self.lines:
            self._most = max(1, len(self.lines))
        elif not self._opening and (error.for_good or self._failures >= most):
            self.trouble = error

    def _tell(self, verdicts: list[Verdict]) -> None:
        self._done += [self._unblamed(one) for one in verdicts]

    def _unblamed(self, verdict: Verdict) -> Verdict:
        """A server that wants a login refuses the house, not this recipient."""
        if verdict.fate is Fate.SENT:
            self._failures = 0
        elif (reply := verdict.reply) and reply.stage is Stage.MAIL and reply.code in LOGIN_REFUSED:
            self.trouble = Unreachable(self._mailer.without_password(str(reply)), login=True)
            return Verdict(verdict.parcel, Fate.UNBEGUN, words=str(reply))
        return verdict
