"""Mails, and the bytes a server says -> the bytes to say next, and what became of each mail (SMTP after EHLO).

Nothing here touches a socket or a clock. Where the server takes PIPELINING (RFC 2920), MAIL, RCPT and DATA of the next
mail travel with the content of the one before it; elsewhere each command waits for its answer. At most two mails are
under way: one whose content was handed out, and one whose envelope was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from enum import Enum, auto

from hopnps.domain.parcel import Fate, Parcel, Verdict
from hopnps.domain.smtp_reply import Reply, Stage

UNREADABLE = "the server's answer cannot be read"
GOODBYE = b"QUIT\r\n"
LONGEST_ANSWER = 64 * 1024


class _Step(Enum):
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    CONTENT = auto()
    LONE_DOT = auto()
    RESET = auto()


class Dialogue:
    """One connection. `begin` a mail whenever it `wants_mail`; write `to_send()`, tell how much was `sent`; `feed` what
    comes back. Both return verdicts; once `closed`, no more will come and the connection is of no use."""

    def __init__(self, *, pipelining: bool, size: bool = False) -> None:
        self.pipelining, self.size = pipelining, size
        self.closed = False
        self.welcomed = False  # whether it let us begin a mail at all
        self._settled = False  # whether it answered for a mail to its end
        self._content: Parcel | None = None
        self._envelope: Parcel | None = None
        self._wire = b""  # the content of the mail whose envelope is out
        self._refusal: Reply | None = None
        self._reset_first = False
        self._awaited: deque[_Step] = deque()
        self._held: deque[tuple[_Step, bytes]] = deque()  # without PIPELINING: for later
        self._out: list[bytes | memoryview] = []
        self._content_left = (
            0  # bytes of it, and of its final dot, that were not yet taken by the line
        )
        self._rest = b""
        self._lines: list[bytes] = []

    @property
    def wants_mail(self) -> bool:
        if self.closed or self._envelope is not None:
            return False
        return self.pipelining or not (self._awaited or self._held)

    @property
    def busy(self) -> bool:
        """Whether an answer is owed."""
        return bool(self._awaited)

    def begin(self, parcel: Parcel) -> None:
        """Start this mail's envelope; to be called only when it `wants_mail`. Its content is asked for once."""
        mail = parcel.mail
        self._wire = mail.wire
        self._envelope, self._refusal = parcel, None
        size = f" SIZE={len(self._wire)}" if self.size else ""
        start = f"MAIL FROM:<{mail.sender}>{size}\r\n".encode("ascii")
        rcpt = f"RCPT TO:<{mail.recipient}>\r\n".encode("ascii")
        if self.pipelining:
            if self._reset_first:
                self._say(_Step.RESET, b"RSET\r\n")
            self._awaited += _ENVELOPE
            self._out.append(start + rcpt + b"DATA\r\n")
        else:
            if self._reset_first:
                self._held.append((_Step.RESET, b"RSET\r\n"))
            self._held += zip(_ENVELOPE, (start, rcpt, b"DATA\r\n"), strict=True)
            self._say_next()
        self._reset_first = False

    def to_send(self) -> Sequence[bytes | memoryview]:
        """What the line should take now, one after the other: a mail is not copied to stand beside the next command."""
        return self._out

    def sent(self, count: int) -> None:
        """The line took so many bytes of `to_send()`."""
        self._content_left = max(0, self._content_left - count)
        while self._out and count >= len(self._out[0]):
            count -= len(self._out.pop(0))
        if count:
            self._out[0] = memoryview(self._out[0])[count:]

    def feed(self, data: bytes) -> list[Verdict]:
        """What the server said, in any slices; b"" means that it hung up."""
        if not data:
            return self.break_off("the server hung up")
        verdicts: list[Verdict] = []
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if self.closed:
                break
            if line[:4] == b"250 " and self._goes_on():
                continue
            self._lines.append(line)
            if line[3:4] != b"-":
                verdicts += self._hear()
        if len(self._rest) > LONGEST_ANSWER or len(self._lines) > LONGEST_ANSWER // 64:
            verdicts += self.break_off(UNREADABLE)
        return verdicts

    def break_off(self, words: str) -> list[Verdict]:
        """The line is no more, for whatever reason; what it means for the mails under way."""
        verdicts = []
        if self._content is not None:
            verdicts.append(Verdict(self._content, Fate.DOUBTFUL, words=words))
        if self._envelope is not None and self._refusal is not None:
            verdicts.append(Verdict(self._envelope, Fate.REFUSED, self._refusal))
        elif self._envelope is not None:
            fate = Fate.UNBEGUN if verdicts or self._worn_out else Fate.CUT
            verdicts.append(Verdict(self._envelope, fate, words=words))
        self._close()
        return verdicts

    def _goes_on(self) -> bool:
        """The usual answer to MAIL or RCPT among others: nothing to do but to wait for the next."""
        if self._lines or not (self.pipelining and self._awaited):
            return False
        if self._awaited[0] is _Step.MAIL or self._awaited[0] is _Step.RCPT:
            self._awaited.popleft()
            self.welcomed = True
            return True
        return False

    def _hear(self) -> list[Verdict]:
        """One whole answer."""
        lines, self._lines = self._lines, []
        code = lines[-1][:3]
        if not (len(code) == 3 and code.isdigit() and b"200" <= code < b"600"):
            return self.break_off(UNREADABLE)
        if not self._awaited:
            return self.break_off(_words(lines))  # nobody asked: "421 you were idle for too long"
        step = self._awaited.popleft()
        if code == b"421":
            return self._hung_up(step, Reply(_STAGES[step], 421, _words(lines)))
        if step is _Step.DATA:
            return self._answered_data(code, lines)
        if step is _Step.CONTENT:
            return self._answered_content(code, lines)
        if code[:1] == b"2":
            if step is _Step.MAIL:
                self.welcomed = True
        elif step is _Step.MAIL or step is _Step.RCPT:
            return self._refused(Reply(_STAGES[step], int(code), _words(lines)))
        self._say_next()
        return []

    def _refused(self, reply: Reply) -> list[Verdict]:
        """At MAIL or RCPT; with PIPELINING the answer to DATA is still to come."""
        self._refusal = self._refusal or reply
        if self.pipelining:
            return []
        self._held.clear()
        return self._settle_envelope()

    def _answered_data(self, code: bytes, lines: list[bytes]) -> list[Verdict]:
        if code == b"354" and not self._out:
            if self._refusal is None:
                self._begin_content()
                return []
            self._say(_Step.LONE_DOT, b".\r\n")  # it wants a mail for nobody
        elif code < b"400":
            return self.break_off(UNREADABLE)
        self._refusal = self._refusal or Reply(Stage.DATA, int(code), _words(lines))
        return self._settle_envelope()

    def _begin_content(self) -> None:
        assert self._envelope is not None
        self._content, self._envelope = self._envelope, None
        self._content_left = len(self._wire)
        self._say(_Step.CONTENT, self._wire)

    def _answered_content(self, code: bytes, lines: list[bytes]) -> list[Verdict]:
        assert self._content is not None
        early = (
            self._content_left > 0
        )  # then it can only be a refusal, and no later answer can be trusted
        if code[:1] == b"3" or (early and code[:1] == b"2"):
            return self.break_off(UNREADABLE)
        parcel, self._content = self._content, None
        self._settled = True
        if code[:1] == b"2":
            return [Verdict(parcel, Fate.SENT)]
        found = [Verdict(parcel, Fate.REFUSED, Reply(Stage.DATA, int(code), _words(lines)))]
        return found + self._abandon(_words(lines)) if early else found

    def _settle_envelope(self) -> list[Verdict]:
        """Its mail is refused and over; the next one starts on a clean slate."""
        assert self._envelope is not None
        parcel, self._envelope = self._envelope, None
        self._reset_first = self._settled = True
        return [Verdict(parcel, Fate.REFUSED, self._refusal)]

    def _hung_up(self, step: _Step, reply: Reply) -> list[Verdict]:
        """421: it says so of one mail and takes no more. A line that has served its time says it at MAIL."""
        parcel: Parcel | None = None
        if step is _Step.CONTENT:
            parcel, self._content = self._content, None
        elif step in _ENVELOPE and not (step is _Step.MAIL and self._settled):
            parcel, self._envelope = self._envelope, None
        said = self._refusal if step in _ENVELOPE and self._refusal else reply
        found = [Verdict(parcel, Fate.REFUSED, said)] if parcel is not None else []
        return found + self._abandon(str(reply))

    @property
    def _worn_out(self) -> bool:
        """It served others and has not answered the next MAIL: then that mail is hardly the cause."""
        unanswered = (*self._awaited, *(step for step, _words in self._held))
        return self._settled and _Step.MAIL in unanswered

    def _abandon(self, words: str) -> list[Verdict]:
        """Nobody who is still under way is the cause, and only an envelope can be."""
        parcel, self._envelope = self._envelope, None
        self._close()
        return [Verdict(parcel, Fate.UNBEGUN, words=words)] if parcel is not None else []

    def _close(self) -> None:
        self.closed = True
        self._content = self._envelope = None
        self._awaited.clear()
        self._held.clear()
        self._out.clear()

    def _say(self, step: _Step, words: bytes) -> None:
        self._awaited.append(step)
        self._out.append(words)

    def _say_next(self) -> None:
        """Without PIPELINING: the next command, once the one before it is answered."""
        if self._held and not self._awaited:
            self._say(*self._held.popleft())


_ENVELOPE = (_Step.MAIL, _Step.RCPT, _Step.DATA)
_STAGES = {
    _Step.MAIL: Stage.MAIL,
    _Step.RCPT: Stage.RCPT,
    _Step.DATA: Stage.DATA,
    _Step.CONTENT: Stage.DATA,
    _Step.LONE_DOT: Stage.DATA,
    _Step.RESET: Stage.MAIL,
}


def dot_stuffed(content: bytes) -> bytes:
    """A mail as it goes over the line (RFC 5321, 4.5.2): dots doubled at line starts, the final dot after it."""
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        content = b"." + content
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _words(lines: list[bytes]) -> str:
    """The text of an answer, its code left out, on one line."""
    said = b" ".join(line[4:] for line in lines)
    return " ".join(said.decode("utf-8", "replace").split())[:500]
