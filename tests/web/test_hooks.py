"""The door at which a mail provider hands in what came back."""

from __future__ import annotations

import base64

import pytest
import sqlalchemy as sa

from hopnps.domain import verp
from hopnps.models import Bounce
from tests.domain.test_bounce_report import CORPUS

KEY = "a-key-of-the-provider"
RAW = (CORPUS / "postfix-free-unknown.eml").read_bytes()


@pytest.fixture
def post(app):
    """A callable: post to the hook, with the key unless another header is given."""
    app.config["HOPNPS_BOUNCE_HOOK_KEY"] = KEY

    def send(authorization=f"Bearer {KEY}", **body):
        headers = {"Authorization": authorization} if authorization else {}
        return app.test_client().post("/hooks/bounces", headers=headers, **body)

    yield send
    app.config["HOPNPS_BOUNCE_HOOK_KEY"] = ""


@pytest.fixture
def signed(desk, cast):
    delivery = desk.send_to(cast.client("claire"))
    return verp.return_path("bounces@example.org", delivery.id, ("a-test-key",))


@pytest.fixture
def raw(signed):
    return RAW.replace(b"bounces+7-abcdefghijklmnopqrst@example.org", signed.encode())


def kept(session):
    session.rollback()
    return [(one.kind, one.status, one.reason) for one in session.scalars(sa.select(Bounce))]


def test_a_message_as_it_came_is_kept_once(session, post, raw):
    first = post(data=raw, content_type="message/rfc822")
    again = post(json={"message": raw.decode()})

    assert first.json == {"result": "recorded", "class": "hard", "status": "5.1.1"}
    assert again.json["result"] == "repeated"
    assert [one[:2] for one in kept(session)] == [("hard", "5.1.1")]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"status": "5.1.1", "reason": "550 5.1.1 unknown"}, "hard"),
        ({"status": "5.2.2"}, "soft"),
        ({"reason": "550 5.7.1 blocked by policy"}, "policy"),
        ({"class": "complaint"}, "complaint"),
        ({"class": "hard", "reason": "gone"}, "hard"),
    ],
)
def test_a_few_fields_are_enough(session, post, signed, told, kind):
    answer = post(json={"return_path": signed, **told})

    assert answer.json["result"] == "recorded"
    assert kept(session)[0][0] == kind


def test_our_message_id_with_the_address_is_enough_too(session, desk, cast, post):
    delivery = desk.send_to(cast.client("claire"))
    desk.work()
    session.refresh(delivery)
    told = {"message_id": delivery.message_id, "status": "5.1.1"}

    assert post(json=told).json["result"] == "unknown"
    assert post(json={**told, "address": "Claire.Delmas@example.org"}).json["result"] == "recorded"


def test_a_password_shows_the_key_as_well(post, raw):
    basic = base64.b64encode(f"provider:{KEY}".encode()).decode()

    assert post(f"Basic {basic}", data=raw, content_type="message/rfc822").status_code == 200


@pytest.mark.parametrize(
    "shown", ["", "Bearer wrong", "Bearer ", "Basic eDp5", "Bearer é", "nonsense"]
)
def test_without_the_key_nothing_is_heard(session, post, raw, shown):
    assert post(shown, data=raw, content_type="message/rfc822").status_code == 401
    assert kept(session) == []


def test_without_a_key_of_the_house_the_door_is_closed(app, raw):
    answer = app.test_client().post(
        "/hooks/bounces", data=raw, headers={"Authorization": "Bearer "}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"data": b""},
        {"json": {}},
        {"json": []},
        {"json": {"message": ""}},
        {"data": b"{", "content_type": "application/json"},
    ],
)
def test_what_says_nothing_is_refused(post, body):
    assert post(**body).status_code == 400


def test_what_is_too_large_is_refused(post):
    assert post(data=b"x" * (1024**2 + 1), content_type="message/rfc822").status_code == 413


def test_a_forged_bounce_changes_nothing(session, post):
    assert post(data=RAW, content_type="message/rfc822").json["result"] == "unknown"
    assert kept(session) == []
