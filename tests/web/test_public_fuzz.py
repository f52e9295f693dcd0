"""Whatever is asked of the public pages, they answer: never a fault of ours, never an answer nobody gave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hopnps.blueprints import public_limits
from hopnps.links import Purpose
from hopnps.models import Address, Response

hostile = st.text(st.characters(codec="utf-8"), max_size=40)
forms = st.dictionaries(
    st.sampled_from(["score", "comment", "confirm", "List-Unsubscribe", "csrf_token"]) | hostile,
    hostile | st.sampled_from(["9", "10", "One-Click", "\0", "é" * 6000]),
    max_size=4,
)
quickly = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def without_limits(monkeypatch):
    monkeypatch.setattr(public_limits, "MOST", 10_000)


@pytest.fixture
def tokens(house, cast):
    """A good token for answering, one for unsubscribing and one that no person sees."""
    invitation = cast.invitation(
        cast.client("claire"), expires_at=datetime.now(UTC) + timedelta(days=90)
    )
    house.session.rollback()
    return {
        "s": house.links.token(Purpose.ANSWER, invitation.id),
        "u": house.links.token(Purpose.UNSUBSCRIBE, invitation.id),
        "h": house.links.token(Purpose.HONEYPOT, invitation.id),
    }


@given(
    door=st.sampled_from("suh"),
    spoil=hostile,
    tail=hostile | st.just("page.css"),
    method=st.sampled_from(["GET", "HEAD", "POST"]),
)
@example(door="s", spoil="\0", tail="\0", method="GET")
@example(door="u", spoil="１-", tail="", method="POST")
@example(door="s", spoil="", tail="page.css", method="GET")
@example(door="s", spoil="\0", tail="page.css", method="GET")
@example(door="h", spoil="", tail="", method="GET")
@example(door="h", spoil="１", tail="", method="POST")
@quickly
def test_no_spoilt_link_is_a_fault_of_ours(client, tokens, session, door, spoil, tail, method):
    path = "/".join(quote(part, safe="") for part in (f"{tokens[door]}{spoil}", tail) if part)

    answer = client.open(f"/{door}/{path}", method=method)

    assert answer.status_code < 500
    session.rollback()
    assert session.query(Response).count() == 0
    assert session.query(Address).one().unsubscribed_at is None


@given(form=forms, door=st.sampled_from("suh"), agent=hostile)
@quickly
def test_no_form_is_a_fault_of_ours(client, tokens, session, form, door, agent):
    answer = client.post(
        f"/{door}/{tokens[door]}",
        data=form,
        headers={
            "User-Agent": agent.encode("latin-1", "ignore").decode("latin-1").translate(CLEAN)
        },
    )

    assert answer.status_code < 500
    session.rollback()
    if door == "s":
        assert answer.status_code in (400, 404)
        assert session.query(Response).count() == 0


CLEAN = dict.fromkeys((0, 10, 13))  # no server passes these on
