"""The tables: what the database itself makes sure of."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from hopnps.models import Contact


def test_a_moment_comes_back_aware_and_in_utc(session, cast):
    cast.client("claire")
    session.expire_all()

    assert session.query(Contact).one().created_at == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_two_contacts_of_one_source_cannot_share_an_external_id(cast):
    cast.client("claire", external_id="C-1")

    with pytest.raises(IntegrityError):
        cast.client("marc", external_id="C-1")


def test_tags_come_back_sorted_and_once(session, cast):
    cast.client("claire", tags=["vip", "atelier", "vip", ""])
    session.expire_all()

    assert session.query(Contact).one().tags == ["atelier", "vip"]
