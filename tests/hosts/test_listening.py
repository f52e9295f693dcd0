"""Signals: told once it is true, never what was rolled back, and a listener may use the session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hopnps.links import Purpose
from hopnps.models import Response
from hopnps.services import events
from hopnps.signals import contact_unsubscribed, response_recorded
from tests.conftest import NOON
from tests.hosts.hosts import Client


@pytest.fixture
def heard(nps):
    """Whose unsubscription was told."""
    numbers = []

    def listen(app, address_id):
        numbers.append(address_id)

    with contact_unsubscribed.connected_to(listen):
        yield numbers


def note(session, number):
    events.note(session, "contact_unsubscribed", address_id=number)


def test_it_is_told_after_the_commit_and_once(session, heard):
    note(session, 1)
    session.flush()
    assert heard == []
    session.commit()
    session.commit()

    assert heard == [1]


def test_what_is_rolled_back_is_never_told(session, heard):
    note(session, 1)
    session.rollback()
    note(session, 2)
    session.close()
    session.commit()

    assert heard == []


def test_a_savepoint_takes_with_it_what_it_noted_and_no_more(session, heard):
    note(session, 1)
    with session.begin_nested():
        note(session, 2)
    assert heard == []
    lost = session.begin_nested()
    note(session, 3)
    lost.rollback()
    session.commit()

    assert heard == [1, 2]


def test_a_listener_writes_into_the_hosts_tables(app, session, cast, house):
    now = NOON + timedelta(hours=1)
    client = Client(name="Claire")
    session.add(client)
    session.commit()
    number = client.id

    def listen(sender, response_id, evidence):
        answer = session.get(Response, response_id)
        session.get(Client, number).name = f"Claire gave {answer.score}"
        session.commit()

    def stumble(sender, **facts):
        raise LookupError

    from hopnps.services import responses

    asked = cast.invitation(cast.client("claire"))
    with (
        response_recorded.connected_to(stumble),
        response_recorded.connected_to(listen, sender=app),
    ):
        responses.respond(session, asked, 9, now=now, timezone=house.timezone)
        session.commit()

    assert session.get(Client, number).name == "Claire gave 9"


def test_a_listener_finds_the_session_free_when_a_client_votes(app, session, cast, house):
    asked = cast.invitation(cast.client("claire"), expires_at=datetime.now(UTC) + timedelta(days=1))
    session.commit()
    token = house.links.token(Purpose.ANSWER, asked.id)
    nonce = house.links.nonce(token, now=datetime.now(UTC))
    session.rollback()
    where = app.url_map.bind("").build("hopnps_public.respond", {"token": token}, method="POST")
    heard = []

    def listen(sender, response_id, evidence):
        with session.begin():
            heard.append(session.get(Response, response_id).score)

    with response_recorded.connected_to(listen, sender=app):
        answer = app.test_client().post(where, data={"nonce": nonce, "score": 9})
    assert answer.status_code == 303

    assert heard == [9]
