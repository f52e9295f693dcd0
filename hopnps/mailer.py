"""Flask-Mail's settings and connection, made safe -> an SMTP connection that is encrypted, checked and logged in."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Any

import flask_mail

TIMEOUT_SECONDS = 20
LOGIN_REFUSED = {530, 534, 535, 538}  # log in first, wrong password, ...: no recipient's fault


class Unreachable(Exception):
    """No conversation with the mail server: not there, no TLS, wrong password. No mail has left.

    `for_good` if no later try can help before somebody changes a setting; `login` if that is the name or the password.
    """

    def __init__(self, words: str, *, for_good: bool = False, login: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good or login
        self.login = login


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

    def without_password(self, words: str) -> str:
        """A server's words, should they repeat what it was told."""
        return _without(self.state.password, words)


class Connection(flask_mail.Connection):
    """Flask-Mail's connection with time-outs, checked certificates, and every answer of the server kept."""

    host: smtplib.SMTP | None

    def __init__(self, state: Any, timeout: float) -> None:
        super().__init__(state)
        self.timeout = timeout

    def __enter__(self) -> Connection:
        if self.mail.suppress:
            raise Unreachable("MAIL_SUPPRESS_SEND is set", for_good=True)
        try:
            self.host = self.configure_host()
        except UnicodeError:  # its own words would tell the password
            words = "MAIL_USERNAME or MAIL_PASSWORD has letters beyond ASCII"
            raise Unreachable(words, login=True) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(
                _without(self.mail.password, _words(error)),
                for_good=isinstance(error, smtplib.SMTPNotSupportedError),
                login=getattr(error, "smtp_code", 0) in LOGIN_REFUSED,
            ) from None
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

    def _opened(self) -> smtplib.SMTP:
        where: dict[str, Any] = {"local_hostname": _own_name(), "timeout": self.timeout}
        if self.mail.use_ssl:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.mail.server, self.mail.port, context=context, **where)
        return smtplib.SMTP(self.mail.server, self.mail.port, **where)


def _without(secret: str | None, words: str) -> str:
    return words.replace(secret, "…") if secret else words


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
