"""An address is written to again by somebody's word, which is kept; a person's own wish only at their request."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hopnps.domain.errors import Invalid, NotFound, Refused
from hopnps.models import Address, AddressClearing
from hopnps.services import address_clearing, histories
from tests.conftest import NOON

LATER = NOON + timedelta(days=3)


@pytest.fixture
def address(session, cast):
    """A callable: what is known of Claire's address."""
    claire = cast.client("claire")

    def known(**values):
        row = Address(email=claire.address, **values)
        session.add(row)
        session.commit()
        return row

    known.contact = claire
    return known


def test_an_address_that_works_again_is_cleared_and_who_said_so_is_kept(session, address):
    gone = address(bounced_at=NOON, bounce_reason="550 5.1.1 unknown")

    address_clearing.clear(session, gone, by="Sophie Marchal", now=LATER)
    session.commit()

    assert (gone.bounced_at, gone.bounce_reason) == (None, "")
    [note] = session.scalars(sa.select(AddressClearing))
    assert (note.kind, note.since, note.words) == ("bounce", NOON, "550 5.1.1 unknown")
    assert (note.by, note.at, note.request) == ("Sophie Marchal", LATER, "")
    told = histories.of(session, address.contact, view="mails").events
    assert [(one.kind, one.at) for one in told] == [("clearing", LATER)]


def test_an_unsubscription_is_undone_only_at_the_person_s_request_which_is_kept(session, address):
    refusing = address(unsubscribed_at=NOON)

    with pytest.raises(Invalid) as fault:
        address_clearing.clear(session, refusing, request=" ", by="Sophie", now=LATER)
    assert fault.value.field == "request"
    assert refusing.unsubscribed_at == NOON

    address_clearing.clear(session, refusing, request="by phone", by="Sophie", now=LATER)
    session.commit()

    assert refusing.unsubscribed_at is None
    [note] = session.scalars(sa.select(AddressClearing))
    assert (note.kind, note.since, note.request) == ("unsubscription", NOON, "by phone")


def test_of_both_the_wish_holds_the_whole_until_it_is_taken_back(session, address):
    both = address(unsubscribed_at=NOON, bounced_at=NOON)

    with pytest.raises(Invalid):
        address_clearing.clear(session, both, by="Sophie", now=LATER)
    assert both.bounced_at == NOON

    address_clearing.clear(session, both, request="by mail", by="Sophie", now=LATER)
    assert (both.unsubscribed_at, both.bounced_at) == (None, None)


def test_where_nothing_stands_against_it_there_is_nothing_to_clear(session, address):
    with pytest.raises(Refused):
        address_clearing.clear(session, address(), by="Sophie", now=LATER)
    with pytest.raises(NotFound):
        address_clearing.find(session, "nobody@example.org")
