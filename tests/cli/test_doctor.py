"""hopnps doctor: what is in order, what is wrong, and what to mend; it never hangs and tells no password."""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from hopnps import database
from hopnps.checkup import Names, signature
from hopnps.models import Contact, Delivery, Worker
from tests.imap_room import ImapRoom
from tests.name_server import NameServer

PASSWORD = "sesame-ouvre-toi"
SENDER = "Cycles Tilleul <bonjour@tilleul-velos.fr>"
RECORDS = {
    ("tilleul-velos.fr", "TXT"): ['"google-site=1"', '"v=spf1 mx -all"'],
    ("_dmarc.tilleul-velos.fr", "TXT"): ['"v=DMARC1; p=reject"'],
    ("tilleul-velos.fr", "MX"): ["10 mx.tilleul-velos.fr."],
}


@pytest.fixture
def names():
    server = NameServer()
    server.records = dict(RECORDS)
    yield server
    server.stop()


@pytest.fixture
def settings():
    return {"MAIL_DEFAULT_SENDER": SENDER}


@pytest.fixture
def doctor(run, names, house):
    """A callable: what the doctor says of each check, as {check: [(level, says, mend), ...]}."""
    house.session.rollback()

    def ask(*more):
        result = run("doctor", "--json", "--lang", "en", "--nameserver", names.address, *more)
        told = json.loads(result.stdout)
        assert result.exit_code == (1 if told["faults"] else 0)
        found = {}
        for one in told["checks"]:
            found.setdefault(one["check"], []).append((one["level"], one["says"], one["mend"]))
        return found

    return ask


def levels(found):
    return [level for level, _says, _mend in found]


def words(found):
    return " ".join(f"{says} {mend}" for _level, says, mend in found)


@pytest.fixture
def at_work(session):
    session.add(Worker(name="here:1", started_at=datetime.now(UTC), seen_at=datetime.now(UTC)))
    session.commit()


def test_a_house_in_order(doctor, at_work):
    found = doctor()

    assert levels(found["database"]) == ["ok", "ok"]
    assert levels(found["mail-server"])[:3] == ["ok", "ok", "ok"]
    assert levels(found["unsubscribe"]) == ["ok"]
    assert levels(found["workers"]) == ["ok"]
    assert "v=spf1 mx -all" in words(found["sender"])
    assert "p=reject" in words(found["sender"])
    told = (one for looked in found.values() for one in looked)
    assert all(mend for level, _says, mend in told if level != "ok")


def test_nothing_is_left_of_the_mail_that_it_looked_at(doctor, session):
    doctor()

    session.rollback()
    assert session.scalars(sa.select(Delivery)).all() == []
    assert session.scalars(sa.select(Contact)).all() == []


def test_a_domain_without_records_is_told_which_to_add(doctor, names):
    names.records = {("tilleul-velos.fr", "A"): ["192.0.2.1"]}

    found = doctor()["sender"]

    assert set(levels(found)) == {"warning"}
    assert "v=spf1" in words(found)
    assert "v=DMARC1; p=none" in words(found)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (['"v=spf1 mx -all"', '"v=spf1 a ~all"'], "2 SPF records"),
        (['"v=spf1 +all"'], "lets everybody"),
    ],
)
def test_a_wrong_spf_record_is_a_fault(doctor, names, texts, said):
    names.records[("tilleul-velos.fr", "TXT")] = texts

    assert [says for level, says, _mend in doctor()["sender"] if level == "fault" and said in says]


def test_a_name_server_that_is_silent_costs_seconds_only(doctor, names, monkeypatch):
    monkeypatch.setattr("hopnps.checkup.names.SECONDS", 0.3)
    names.silent = True
    began = time.monotonic()

    found = doctor()["sender"]

    assert "no name server could be asked" in words(found)
    assert time.monotonic() - began < 10


def test_a_sender_that_nobody_set_is_a_fault(doctor, app):
    house = app.extensions["hopnps"]
    kept = house._settings["MAIL_DEFAULT_SENDER"]
    house._settings["MAIL_DEFAULT_SENDER"] = "hopnps <surveys@localhost.localdomain>"
    try:
        assert "fault" in levels(doctor()["sender"])
    finally:
        house._settings["MAIL_DEFAULT_SENDER"] = kept


def test_a_mail_server_that_is_not_there_is_a_fault(doctor, app, monkeypatch):
    monkeypatch.setattr(app.extensions["hopnps"].mailer.state, "port", 1)
    monkeypatch.setattr(app.extensions["hopnps"].mailer.state, "password", PASSWORD)

    found = doctor()["mail-server"]

    assert levels(found) == ["fault"]
    assert "Connection refused" in words(found)
    assert PASSWORD not in words(found)


def test_without_a_worker_no_mail_leaves(doctor):
    assert levels(doctor()["workers"]) == ["fault"]


def test_a_dead_worker_and_a_mail_that_waits_are_told(doctor, at_work, session, desk, cast):
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    session.add(Worker(name="there:2", started_at=long_ago, seen_at=long_ago))
    desk.send_to(cast.client("claire"), now=long_ago)

    found = doctor()["workers"]

    assert levels(found) == ["ok", "warning", "warning"]
    assert "there:2" in words(found)


@pytest.mark.own_app
def test_older_tables_are_a_fault(doctor, house):
    database.downgrade(house.db.engine, "0002")

    found = doctor()

    assert "fault" in levels(found["database"])
    assert "hopnps db upgrade" in words(found["database"])


def test_the_bounces_mailbox_is_opened(doctor, app):
    room = ImapRoom(password=PASSWORD)
    given = {
        "HOPNPS_BOUNCE_ADDRESS": "bounces@tilleul-velos.fr",
        "HOPNPS_BOUNCE_IMAP_SERVER": "127.0.0.1",
        "HOPNPS_BOUNCE_IMAP_PORT": room.port,
        "HOPNPS_BOUNCE_IMAP_SECURITY": "none",
        "HOPNPS_BOUNCE_IMAP_USERNAME": "bounces",
        "HOPNPS_BOUNCE_IMAP_PASSWORD": PASSWORD,
    }
    kept = {key: app.config[key] for key in given}
    try:
        app.config.update(given)
        assert levels(doctor()["bounces"]) == ["ok", "ok"]
        room.broken = "LOGIN"
        found = doctor()["bounces"]
    finally:
        app.config.update(kept)
        room.stop()

    assert levels(found) == ["ok", "fault"]
    assert PASSWORD not in words(found)


def test_bounces_that_nobody_receives_are_a_fault(doctor, app, names):
    names.records.pop(("tilleul-velos.fr", "MX"))
    app.config["HOPNPS_BOUNCE_ADDRESS"] = "bounces@tilleul-velos.fr"
    try:
        assert "fault" in levels(doctor()["bounces"])
    finally:
        app.config["HOPNPS_BOUNCE_ADDRESS"] = ""


@pytest.mark.own_app
def test_our_pages_answer_or_somebody_elses_do(doctor, app, house, monkeypatch):
    class Quiet(WSGIRequestHandler):
        def log_message(self, *words):
            pass

    ours = {"": app}

    def either(environ, start_response):
        if ours:
            return app(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"Apache2 Debian Default Page"]

    with make_server("127.0.0.1", 0, either, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        object.__setattr__(house.links, "public_url", url)
        own, _answers = doctor()["public-address"], ours.clear()
        others = doctor()["public-address"]
        server.shutdown()

    assert levels(own) == ["fault", "ok"]  # it is not https
    assert levels(others) == ["fault", "fault"]


def test_it_speaks_french_and_sums_up(run, names, house):
    house.session.rollback()

    result = run("doctor", "--lang", "fr", "--nameserver", names.address)

    assert result.exit_code == 1
    assert "Aucun processus d’envoi" in result.stdout
    assert "défaut" in result.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("published", "said"),
    [("own", "says so"), ("another", "is another one"), ("none", "There is no DKIM key")],
)
def test_a_signature_is_judged_as_a_receiving_server_does(app, names, published, said):
    dkim = pytest.importorskip("dkim")  # comes with hopnps[dkim]
    own, another = dkim_key(), dkim_key()
    if published != "none":
        public = base64.b64encode((own if published == "own" else another)[1]).decode()
        names.records["nps._domainkey.tilleul-velos.fr", "TXT"] = [
            f'"v=DKIM1; k=rsa; p={public[:200]}" "{public[200:]}"'
        ]
    mail = b"From: a@tilleul-velos.fr\r\nTo: b@example.org\r\nSubject: x\r\n\r\nBonjour\r\n"
    signed = dkim.sign(mail, b"nps", b"tilleul-velos.fr", own[0]) + mail

    with app.test_request_context(), force_locale("en"):
        [finding] = signature.look(signed, Names(names.address))

    assert said in finding.says
    assert finding.level == ("ok" if published == "own" else "fault")


def dkim_key():
    """A new RSA key: its PEM and its public part."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public
