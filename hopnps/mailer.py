"""Ready bytes -> the SMTP server, by Flask-Mail's settings and connection made safe."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from functools import cache
from types import TracebackType
from typing import Any, Protocol

import flask_mail

from hopnps.domain.smtp_reply import Reply, Stage

TIMEOUT_SECONDS = 20
_HOUSE_MUST_MEND = {530, 534, 535, 538}  # log in first, wrong password, ...: no recipient's fault


class ReadyMail(Protocol):
    """Envelope and bytes; `content` has CRLF line ends and stands as it should arrive."""

    @property
    def sender(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def content(self) -> bytes: ...


class Unreachable(Exception):
    """No conversation with the mail server: not there, no TLS, wrong password. No mail has left."""


class Cut(Exception):
    """The connection broke; `in_data` says whether the mail may have left."""

    def __init__(self, words: str, *, in_data: bool) -> None:
        super().__init__(words)
        self.in_data = in_data


class Mailer:
    """The mail server of this installation."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.state = flask_mail.Mail().init_mail(dict(config))
        self.timeout = config.get("MAIL_TIMEOUT") or TIMEOUT_SECONDS

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Mailer:
        return cls({key: value for key, value in config.items() if key.startswith("MAIL_")})

    def connect(self) -> Connection:
        """A connection for `with`; raises Unreachable on entering."""
        return Connection(self.state, self.timeout)


class Connection(flask_mail.Connection):
    """Flask-Mail's connection with time-outs, checked certificates, and every answer of the server kept."""

    host: smtplib.SMTP | None

    def __init__(self, state: Any, timeout: float) -> None:
        super().__init__(state)
        self.timeout = timeout

    def __enter__(self) -> Connection:
        if self.mail.suppress:
            raise Unreachable("MAIL_SUPPRESS_SEND is set")
        try:
            self.host = self.configure_host()
        except UnicodeError:  # its own words would tell the password
            raise Unreachable("MAIL_USERNAME or MAIL_PASSWORD has letters beyond ASCII") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(self._without_password(_words(error))) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say goodbye; what was accepted stays accepted if nobody listens any more."""
        if self.host is not None and self.host.sock is not None:
            try:
                self.host.quit()
            except (OSError, smtplib.SMTPException):
                self.host.close()

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt if asked to, log in if there is a name. No debug level: it would print the password."""
        host = self._opened()
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        return host

    def deliver(self, mail: ReadyMail, *, before_data: Callable[[], bool]) -> Reply | None:
        """The server's answer to this mail, whichever it is; None if `before_data` said no.

        `before_data` is called once the recipient is accepted and nothing of the mail has left.
        Raises Cut if the connection broke, Unreachable if the server wants no mail of ours at all.
        """
        in_data = False
        try:
            refusal = self._envelope(mail)
            if refusal is not None:
                return refusal
            if not before_data():
                self._host.rset()
                return None
            in_data = True
            return self._data(mail.content)
        except (OSError, smtplib.SMTPException) as error:
            self._host.close()
            raise Cut(_words(error), in_data=in_data) from None

    @property
    def open(self) -> bool:
        return self.host is not None and self.host.sock is not None

    @property
    def _host(self) -> smtplib.SMTP:
        if self.host is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self.host

    def _opened(self) -> smtplib.SMTP:
        where: dict[str, Any] = {"local_hostname": _own_name(), "timeout": self.timeout}
        if self.mail.use_ssl:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.mail.server, self.mail.port, context=context, **where)
        return smtplib.SMTP(self.mail.server, self.mail.port, **where)

    def _envelope(self, mail: ReadyMail) -> Reply | None:
        """MAIL and RCPT; a refusal, or None when the server waits for the mail."""
        sender = parseaddr(mail.sender)[1]
        size = [f"size={len(mail.content)}"] if self._host.has_extn("size") else []
        reply = _reply(Stage.MAIL, self._host.mail(sender, size))
        if reply.accepted:
            reply = _reply(Stage.RCPT, self._host.rcpt(mail.recipient))
        elif reply.code in _HOUSE_MUST_MEND:
            raise Unreachable(self._without_password(str(reply)))
        if reply.accepted:
            return None
        return self._ended(reply)

    def _data(self, content: bytes) -> Reply:
        self._host.putcmd("DATA")
        reply = _reply(Stage.DATA, self._host.getreply())
        if reply.code == 354:
            self._host.send(dot_stuffed(content))
            reply = _reply(Stage.DATA, self._host.getreply())
        return reply if reply.accepted else self._ended(reply)

    def _ended(self, reply: Reply) -> Reply:
        """After a refusal: a clean slate for the next mail, or the end if the server hangs up."""
        if reply.closing:
            self._host.close()
        else:
            try:
                self._host.rset()
            except (OSError, smtplib.SMTPException):
                self._host.close()  # the answer stands, whatever comes after it
        return reply

    def _without_password(self, words: str) -> str:
        secret = self.mail.password
        return words.replace(secret, "…") if secret else words


def dot_stuffed(content: bytes) -> bytes:
    """A mail as it goes over the line (RFC 5321, 4.5.2): dots doubled at line starts, the final dot after it."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def _reply(stage: Stage, answer: tuple[int, bytes]) -> Reply:
    code, words = answer
    if code == -1:
        raise smtplib.SMTPServerDisconnected("the server's answer cannot be read")
    return Reply(stage, code, " ".join(words.decode("utf-8", "replace").split())[:500])


def _words(error: Exception) -> str:
    """An error of the line, without Python's own decoration."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {' '.join(text.split())}"[:500]
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


@cache
def _own_name() -> str:
    """Asked once: a slow name server must not delay every connection."""
    return socket.getfqdn()
