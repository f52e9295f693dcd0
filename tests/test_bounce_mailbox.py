"""The bounces' mailbox, on a real small IMAP server: each message counts once, a broken mailbox stops nobody."""

from __future__ import annotations

import ssl
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hopnps import bounce_mailbox, create_app, jobs
from hopnps.domain import verp
from hopnps.models import Bounce, DeliveryState
from tests.conftest import NOON
from tests.domain.test_bounce_report import CORPUS
from tests.imap_room import ImapRoom

CERTIFICATE = Path(__file__).parent / "certificates/localhost.pem"
PASSWORD = "sesame-ouvre-toi"


@pytest.fixture
def imap_room():
    room = ImapRoom(username="bounces", password=PASSWORD)
    yield room
    room.stop()


@pytest.fixture(autouse=True)
def reads_it(app, imap_room):
    """The application is told of this test's room."""
    app.config.update(
        HOPNPS_BOUNCE_IMAP_SERVER="127.0.0.1",
        HOPNPS_BOUNCE_IMAP_PORT=imap_room.port,
        HOPNPS_BOUNCE_IMAP_SECURITY="none",
        HOPNPS_BOUNCE_IMAP_USERNAME="bounces",
        HOPNPS_BOUNCE_IMAP_PASSWORD=PASSWORD,
    )


@pytest.fixture
def returned(desk, cast, session):
    """A callable: the hard bounce of a mail that went to this client."""

    def write(name):
        delivery = desk.send_to(cast.client(name))
        signed = verp.return_path("bounces@example.org", delivery.id, ("a-test-key",))
        raw = (CORPUS / "postfix-free-unknown.eml").read_bytes()
        return raw.replace(b"bounces+7-abcdefghijklmnopqrst@example.org", signed.encode())

    return write


def kept(session):
    session.rollback()
    return [
        one.delivery.invitation.contact.first_name for one in session.scalars(sa.select(Bounce))
    ]


def test_what_came_back_is_read_and_marked(session, desk, imap_room, returned):
    bounce = imap_room.put(returned("claire"))
    away = imap_room.put((CORPUS / "away-fr.eml").read_bytes())

    desk.work()

    assert kept(session) == ["Claire"]
    assert "\\Seen" in bounce.flags
    assert "\\Seen" in away.flags


def test_the_address_is_out_of_order_before_the_next_mail(session, cast, desk, imap_room, returned):
    imap_room.put(returned("claire"))
    desk.work()
    again = desk.deliveries()[0].invitation

    assert again.address.bounced_at == NOON


def test_read_messages_can_be_moved_to_a_folder_of_their_own(
    house, session, desk, imap_room, returned
):
    house.app.config["HOPNPS_BOUNCE_IMAP_DONE_FOLDER"] = "Lus"
    imap_room.put(returned("claire"))

    desk.work()

    assert imap_room.folders["INBOX"] == []
    assert len(imap_room.folders["Lus"]) == 1
    assert kept(session) == ["Claire"]


def test_it_is_asked_again_after_a_while(session, house, desk, imap_room, returned):
    desk.work()
    imap_room.put(returned("claire"))
    desk.work(after=timedelta(seconds=30))
    assert kept(session) == []

    desk.work(after=timedelta(seconds=61))

    assert kept(session) == ["Claire"]


def test_a_message_that_could_not_be_marked_counts_once_all_the_same(
    session, desk, imap_room, returned, caplog
):
    imap_room.put(returned("claire"))
    imap_room.broken = "STORE"
    desk.work()
    imap_room.broken = ""

    desk.work(after=timedelta(hours=2))

    assert kept(session) == ["Claire"]


@pytest.mark.parametrize("broken", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
def test_a_broken_mailbox_stops_no_mail_and_tells_no_password(
    session, cast, desk, mailroom, imap_room, caplog, broken
):
    imap_room.broken = broken
    imap_room.put(b"Subject: x\r\n\r\n")
    delivery = desk.send_to(cast.client("claire"))

    desk.work()

    session.refresh(delivery)
    assert delivery.state == DeliveryState.SENT
    assert "mailbox cannot be read" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_mailbox_that_is_down_is_asked_less_and_less_often(house, desk, imap_room, caplog):
    imap_room.broken = "LOGIN"

    for seconds in (0, 61, 121, 300, 400):
        desk.work(after=timedelta(seconds=seconds))

    logins = [said for said in imap_room.heard if said.startswith("LOGIN")]
    assert (
        len(logins) == 3
    )  # at once, after 2 minutes, after 4 more... of which one stood in this time
    assert house.bounces_due_at - NOON > timedelta(seconds=400)


def test_a_server_whose_certificate_nobody_signed_gets_no_password(house, desk, caplog):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    room = ImapRoom(password=PASSWORD, tls=context)
    house.app.config.update(HOPNPS_BOUNCE_IMAP_PORT=room.port, HOPNPS_BOUNCE_IMAP_SECURITY="ssl")

    desk.work()
    room.stop()

    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
    assert room.heard == []


def test_of_a_huge_message_only_the_beginning_is_fetched(session, desk, imap_room, returned):
    imap_room.put(returned("claire") + b"x" * 2_000_000)

    desk.work()

    assert kept(session) == ["Claire"]
    assert any(f"<0.{bounce_mailbox.LARGEST}>" in said for said in imap_room.heard)


def test_a_full_mailbox_is_read_batch_after_batch(session, house, desk, imap_room, monkeypatch):
    monkeypatch.setattr(bounce_mailbox, "BATCH", 2)
    letters = [imap_room.put(b"Subject: bonjour\r\n\r\n") for _ in range(5)]

    while jobs.run_due(house, now=NOON):
        pass

    assert all("\\Seen" in one.flags for one in letters)


def test_a_mailbox_that_drips_is_hung_up_on(session, house, desk, imap_room, monkeypatch, caplog):
    monkeypatch.setattr(bounce_mailbox, "LONGEST_SECONDS", 0.3)
    imap_room.pause = 0.02
    imap_room.put(b"Subject: bonjour\r\n\r\n" + b"x" * 10_000)
    began = time.monotonic()

    desk.work()

    assert time.monotonic() - began < 10
    assert "mailbox cannot be read" in caplog.text


def test_from_the_mail_that_leaves_to_the_address_that_is_given_up(
    house, session, desk, cast, mailroom, imap_room
):
    house.app.config["HOPNPS_BOUNCE_ADDRESS"] = "bounces@example.org"
    desk.send_to(cast.client("claire"))
    desk.work()
    [mail] = mailroom.mails
    assert mail.sender.startswith("bounces+")

    raw = (CORPUS / "qmail-no-mailbox.eml").read_bytes()  # it names another address than ours
    imap_room.put(raw.replace(b"bounces+7-abcdefghijklmnopqrst@example.org", mail.sender.encode()))
    desk.work(after=timedelta(minutes=2))

    assert desk.deliveries()[0].invitation.address.bounced_at == NOON + timedelta(minutes=2)


def test_a_bounce_address_without_room_for_the_signature_is_told_at_the_start(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))

    with pytest.raises(ValueError, match="bounce address"):
        create_app(HOPNPS_BOUNCE_ADDRESS="retours-des-mails-de-la-maison-tilleul@example.org")
