"""hopnps addresses clear: an address is written to again, and who said so is kept."""

import json

import sqlalchemy as sa

from hopnps.models import Address, AddressClearing
from tests.conftest import NOON


def test_an_address_is_cleared_and_a_wish_only_with_words(run, session):
    session.add(Address(email="claire@example.org", unsubscribed_at=NOON))
    session.add(Address(email="omar@example.org", bounced_at=NOON))
    session.commit()

    done = run("addresses", "clear", " Omar@Example.org", "--by", "Sophie", "--json")
    assert json.loads(done.stdout) == {"email": "omar@example.org", "cleared": "bounce"}
    refused = run("addresses", "clear", "claire@example.org")
    assert refused.exit_code == 1
    assert "ne plus recevoir de mails" in refused.stderr
    told = run("addresses", "clear", "claire@example.org", "--request", "by phone")
    assert told.stdout == "On peut de nouveau écrire à claire@example.org.\n"

    session.rollback()
    kept = session.execute(sa.select(AddressClearing.by, AddressClearing.request))
    assert set(kept) == {("Sophie", ""), ("hopnps addresses", "by phone")}
    assert run("addresses", "clear", "nobody@example.org").exit_code == 1
