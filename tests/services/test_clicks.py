"""Clicks: what is noted of a caller, and how little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.models import Click
from hopnps.services import clicks
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.300", ""),
    ],
)
def test_an_address_is_shortened_to_its_network(address, network):
    assert clicks.network_of(address) == network


@given(st.one_of(st.text(), st.ip_addresses().map(str)))
def test_whatever_stands_for_an_address_gives_a_network_or_nothing(address):
    network = clicks.network_of(address)

    assert network == "" or network.endswith(("/24", "/48"))
    assert not address or network != address


def test_a_click_says_which_score_when_and_by_what(session, cast):
    invitation = cast.invitation(cast.client("claire"))

    clicks.note(
        session, invitation, 9, user_agent="Mozilla\0/5.0\r\n" + "x" * 500, address="", now=NOON
    )
    session.commit()

    click = session.query(Click).one()
    assert (click.invitation_id, click.score, click.clicked_at) == (invitation.id, 9, NOON)
    assert click.user_agent == ("Mozilla/5.0" + "x" * 500)[:200]


def test_a_robot_that_opens_links_all_day_fills_no_table(session, cast, monkeypatch):
    monkeypatch.setattr(clicks, "MOST", 3)
    claires, marcs = (cast.invitation(cast.client(name)) for name in ("claire", "marc"))

    noted = [clicks.note(session, claires, 9, now=NOON) for _ in range(5)]

    assert [bool(click) for click in noted] == [True, True, True, False, False]
    assert clicks.note(session, marcs, 9, now=NOON)
