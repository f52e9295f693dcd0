"""Unsubscribing: an address, for all who bear it, from its first moment on."""

from __future__ import annotations

from datetime import timedelta

from hopnps.models import Address
from hopnps.services import addresses, unsubscriptions
from hopnps.signals import contact_unsubscribed
from tests.conftest import NOON


def test_the_first_moment_is_kept(session, cast):
    address = cast.invitation(cast.client("claire")).address

    assert unsubscriptions.unsubscribe(session, address, now=NOON)
    assert not unsubscriptions.unsubscribe(session, address, now=NOON + timedelta(days=1))
    session.commit()

    assert session.query(Address).one().unsubscribed_at == NOON


def test_all_who_bear_the_address_are_left_in_peace(session, cast):
    claire = cast.client("claire")
    her_shop = cast.client("claire", source="shop")

    unsubscriptions.unsubscribe(session, cast.invitation(claire).address, now=NOON)

    verdict = addresses.verdict(session, her_shop, None, now=NOON, frequency_days=60)
    assert verdict.reason == "unsubscribed"


def test_who_listens_hears_of_it_once(session, cast):
    address = cast.invitation(cast.client("claire")).address
    heard = []

    def listen(_session, **facts):
        heard.append(facts)

    with contact_unsubscribed.connected_to(listen):
        for _ in range(2):
            unsubscriptions.unsubscribe(session, address, now=NOON)
            session.commit()

    assert heard == [{"address_id": address.id}]
