"""The line to the mail server: bytes as they are, every answer kept, no certificate taken on trust, no password told."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st

from hopnps.mailer import Cut, Mailer, Unreachable, dot_stuffed
from tests.mailroom import Mailroom, _free_port

CERTIFICATE = (
    Path(__file__).parent / "certificates/localhost.pem"
)  # signed by itself, of tests only
PASSWORD = "sesame-ouvre-toi"


@dataclass
class Letter:
    recipient: str = "claire@example.org"
    content: bytes = b"Subject: Bonjour\r\n\r\n.\r\n..\r\nUn vote ?\r\n"
    sender: str = "Cycles Tilleul <bonjour@example.org>"


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


def test_the_bytes_arrive_as_they_are(mailer, mailroom):
    with mailer().connect() as line:
        reply = line.deliver(Letter(), before_data=lambda: True)

    assert reply.accepted
    assert mailroom.mails[0].content == Letter.content
    assert mailroom.mails[0].sender == "bonjour@example.org"


@given(st.lists(st.text(st.sampled_from(".ab "), max_size=4)))
def test_no_line_ends_the_mail_early(lines):
    content = "\r\n".join(lines).encode()

    wire = dot_stuffed(content)

    assert wire.endswith(b"\r\n.\r\n") or wire == b".\r\n"
    body = wire[: -len(b".\r\n")]
    assert b"\r\n.\r\n" not in b"\r\n" + body
    undone = body.replace(b"\r\n..", b"\r\n.")
    undone = undone[1:] if undone.startswith(b"..") else undone
    assert undone.removesuffix(b"\r\n") == content.removesuffix(b"\r\n")


def test_a_refusal_is_an_answer_and_the_line_goes_on(mailer, mailroom):
    mailroom.answers["marc@example.org"] = "550 5.1.1 no such user"
    began = []

    with mailer().connect() as line:
        refused = line.deliver(Letter("marc@example.org"), before_data=lambda: began.append(1))
        sent = line.deliver(Letter(), before_data=lambda: True)

    assert str(refused) == "550 5.1.1 no such user"
    assert refused.means_no_such_address
    assert began == []
    assert sent.accepted
    assert mailroom.connections == 1


def test_nothing_leaves_when_the_start_could_not_be_recorded(mailer, mailroom):
    with mailer().connect() as line:
        assert line.deliver(Letter(), before_data=lambda: False) is None
        assert line.deliver(Letter("marc@example.org"), before_data=lambda: True).accepted

    assert [mail.recipient for mail in mailroom.mails] == ["marc@example.org"]


@pytest.mark.parametrize(
    ("trouble", "in_data"),
    [("cut_at_rcpt", False), ("cut_in_data", True), ("cut_after_dot", True), ("silent", True)],
)
def test_a_broken_line_says_whether_the_mail_may_have_left(mailer, mailroom, trouble, in_data):
    getattr(mailroom, trouble).add("claire@example.org")

    with mailer(MAIL_TIMEOUT=0.5).connect() as line, pytest.raises(Cut) as cut:
        line.deliver(Letter(), before_data=lambda: True)

    assert cut.value.in_data is in_data
    assert str(cut.value)


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

    with mailer(**{kind: True}, MAIL_PORT=port).connect() as line:
        assert line.deliver(Letter(), before_data=lambda: True).accepted

    assert len(room.mails) == 1


def test_a_refused_login_tells_no_password(mailer, guarded_room):
    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 not {PASSWORD}")

    port, _room = guarded_room(authenticator=refuse, auth_require_tls=False)
    settings = {"MAIL_USERNAME": "camille", "MAIL_PASSWORD": PASSWORD, "MAIL_PORT": port}

    with pytest.raises(Unreachable) as refused, mailer(**settings).connect():
        pass

    assert "535" in str(refused.value)
    assert PASSWORD not in str(refused.value)


def test_a_password_that_cannot_be_sent_is_not_told_either(mailer, guarded_room):
    port, _room = guarded_room(authenticator=lambda *_: None, auth_require_tls=False)
    settings = {"MAIL_USERNAME": "camille", "MAIL_PASSWORD": "sésame", "MAIL_PORT": port}

    with pytest.raises(Unreachable) as refused, mailer(**settings).connect():
        pass

    assert "MAIL_PASSWORD" in str(refused.value)
    assert "sésame" not in repr(refused.value)


def test_a_server_that_wants_a_login_refuses_the_house_not_the_recipient(mailer, guarded_room):
    port, _room = guarded_room(
        auth_required=True, auth_require_tls=False, authenticator=lambda *_: None
    )

    with mailer(MAIL_PORT=port).connect() as line, pytest.raises(Unreachable, match="530"):
        line.deliver(Letter(), before_data=lambda: True)


def test_a_mail_that_is_held_back_by_a_setting_is_not_called_sent(mailer, mailroom):
    with pytest.raises(Unreachable, match="MAIL_SUPPRESS_SEND"):
        mailer(MAIL_SUPPRESS_SEND=True).connect().__enter__()


def tls(kind):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    if kind == "MAIL_USE_SSL":
        return {"ssl_context": context}
    return {"tls_context": context}
