"""Stores and regions: one of each name, kept while something belongs to them."""

from __future__ import annotations

import pytest

from hopnps.domain.errors import Invalid, Refused
from hopnps.models import Region, Store
from hopnps.services import stores


def test_a_store_is_known_by_its_folded_name(session, cast):
    paris = cast.store("Paris Bastille")

    with pytest.raises(Invalid) as fault:
        stores.save(session, None, name="PARIS - bastille", region_id=None)

    assert fault.value.field == "name"
    renamed = stores.save(session, paris, name="Paris-Bastille", region_id=paris.region_id)
    assert (renamed.name, renamed.region.name) == ("Paris-Bastille", "Île-de-France")


def test_a_store_needs_a_name(session):
    with pytest.raises(Invalid):
        stores.save(session, None, name=" - ", region_id=None)


def test_a_store_with_contacts_stays(session, cast):
    paris = cast.store()
    cast.client("claire", store=paris)

    with pytest.raises(Refused):
        stores.remove(session, paris)


def test_a_region_goes_once_it_is_empty(session, cast):
    paris = cast.store()
    with pytest.raises(Refused):
        stores.remove(session, paris.region)

    region = paris.region
    stores.remove(session, paris)
    stores.remove(session, region)
    session.flush()

    assert session.query(Store).count() == session.query(Region).count() == 0
