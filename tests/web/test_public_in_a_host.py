"""The public pages inside a host that protects its own forms: links in mails work whoever came first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_wtf import CSRFProtect

from hopnps import HopNPS
from hopnps.links import Purpose
from hopnps.models import Address, Response
from tests.people import Cast

NOW = datetime.now(UTC)


@pytest.fixture(params=["before", "after", "none"])
def app(request, make_database_url, tmp_path):
    """A host whose CSRFProtect came before us, after us, or not at all."""
    host = Flask("host")
    host.config.update(TESTING=True, SECRET_KEY="host", HOPNPS_INSTANCE=str(tmp_path))
    host.config["HOPNPS_DATABASE_URL"] = make_database_url()
    host.config["HOPNPS_PUBLIC_URL"] = "https://crm.example.org/nps"
    host.add_url_rule("/own", "own", lambda: "saved", methods=["POST"])
    if request.param == "before":
        CSRFProtect(host)
    HopNPS(host, url_prefix="/nps", environ={})
    if request.param == "after":
        CSRFProtect(host)
    host.protected = request.param != "none"
    yield host
    with host.app_context():
        host.extensions["hopnps"].db.engine.dispose()


@pytest.fixture
def invitation(session):
    cast = Cast(session, now=NOW)
    return cast.invitation(cast.client("claire"), expires_at=NOW + timedelta(days=90))


def test_an_answer_is_kept_without_the_hosts_token(app, client, house, session, invitation):
    number = invitation.id
    session.rollback()
    link = f"/nps/s/{house.links.token(Purpose.ANSWER, number)}"

    answer = client.post(
        link, data={"score": "9", "nonce": house.links.nonce(link.rpartition("/")[2], now=NOW)}
    )

    assert (answer.status_code, answer.location) == (303, link)
    assert session.query(Response).one().score == 9


def test_one_click_unsubscribes_without_the_hosts_token(client, house, session, invitation):
    link = f"/nps/u/{house.links.token(Purpose.UNSUBSCRIBE, invitation.id)}"
    session.rollback()

    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    session.rollback()
    assert session.query(Address).one().unsubscribed_at


def test_the_hosts_own_forms_stay_protected(app, client):
    assert client.post("/own").status_code == (400 if app.protected else 200)
