"""The way to the mail server: no certificate taken on trust, no password told, no waiting without end."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from hopnps.mailer import Mailer, Unreachable
from tests.carrying import carry, fates, letters
from tests.mailroom import Mailroom, _free_port

CERTIFICATE = (
    Path(__file__).parent / "certificates/localhost.pem"
)  # signed by itself, of tests only
LONG = (b"x" * 70 + b"\r\n") * 5_000
PASSWORD = "sesame-ouvre-toi"


@pytest.fixture
def mailer(mailroom):
    """A callable: a mailer to this mail room; keywords are more of its settings."""

    def make(**settings):
        usual = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": mailroom.port, "MAIL_TIMEOUT": 5}
        return Mailer.from_config(usual | settings)

    return make


@pytest.fixture
def guarded_room():
    """A callable: a mail room behind TLS or a login; returns its port and the room."""
    rooms = []

    def open_room(**options):
        room, port = Mailroom(), _free_port()
        controller = Controller(room, hostname="127.0.0.1", port=port, **options)
        controller.start()
        rooms.append(controller)
        return port, room

    yield open_room
    for controller in rooms:
        controller.stop()


def test_a_server_that_says_nothing_is_given_up(mailer):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]

        with pytest.raises(Unreachable), mailer(MAIL_PORT=port, MAIL_TIMEOUT=0.3).connect():
            pass


def test_encryption_asked_for_and_not_offered_sends_nothing(mailer, mailroom):
    with pytest.raises(Unreachable), mailer(MAIL_USE_TLS=True).connect():
        pass

    assert mailroom.mails == []


@pytest.mark.parametrize("kind", ["MAIL_USE_TLS", "MAIL_USE_SSL"])
def test_a_certificate_nobody_vouches_for_is_refused(mailer, guarded_room, kind):
    port, room = guarded_room(**tls(kind))

    with (
        pytest.raises(Unreachable, match="certificate"),
        mailer(**{kind: True}, MAIL_PORT=port).connect(),
    ):
        pass

    assert room.mails == []


@pytest.mark.parametrize("kind", ["MAIL_USE_TLS", "MAIL_USE_SSL"])
def test_a_certificate_the_machine_trusts_is_taken(mailer, guarded_room, kind, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    port, room = guarded_room(**tls(kind))

    assert fates(carry(mailer(**{kind: True}, MAIL_PORT=port), letters(30, LONG))) == {"SENT"}

    assert len(room.mails) == 30


def test_a_refused_login_tells_no_password(mailer, guarded_room):
    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 not {PASSWORD}")

    port, _room = guarded_room(authenticator=refuse, auth_require_tls=False)
    settings = {"MAIL_USERNAME": "camille", "MAIL_PASSWORD": PASSWORD, "MAIL_PORT": port}

    with pytest.raises(Unreachable) as refused, mailer(**settings).connect():
        pass

    assert refused.value.login
    assert "535" in str(refused.value)
    assert PASSWORD not in str(refused.value)


def test_a_password_that_cannot_be_sent_is_not_told_either(mailer, guarded_room):
    port, _room = guarded_room(authenticator=lambda *_: None, auth_require_tls=False)
    settings = {"MAIL_USERNAME": "camille", "MAIL_PASSWORD": "sésame", "MAIL_PORT": port}

    with pytest.raises(Unreachable) as refused, mailer(**settings).connect():
        pass

    assert "MAIL_PASSWORD" in str(refused.value)
    assert "sésame" not in repr(refused.value)


def test_a_mail_that_is_held_back_by_a_setting_is_not_called_sent(mailer, mailroom):
    with pytest.raises(Unreachable, match="MAIL_SUPPRESS_SEND"):
        mailer(MAIL_SUPPRESS_SEND=True).connect().__enter__()


def tls(kind):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    if kind == "MAIL_USE_SSL":
        return {"ssl_context": context}
    return {"tls_context": context}
