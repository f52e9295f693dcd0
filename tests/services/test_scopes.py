"""Who sees whose clients: a salesperson of Lille sees Lille, one of the North sees all of the North."""

import pytest
import sqlalchemy as sa

from hopnps.domain.scope import WHOLE_HOUSE, only
from hopnps.models import Contact, Region, Response
from hopnps.services import scopes
from tests.services.answers import answer


@pytest.fixture
def house_of_three(cast, session):
    """Claire in Lille and Marc in Douai, both in Nord, which lies in Hauts-de-France; Zoé in Lyon; Omar nowhere."""
    lille, douai = cast.store("Lille", region="Nord"), cast.store("Douai", region="Nord")
    lyon = cast.store("Lyon", region="Rhône")
    wide = Region(name="Hauts-de-France", name_key="hauts de france")
    lille.region.parent = wide
    for name, store in (("claire", lille), ("marc", douai), ("zoe", lyon), ("omar", None)):
        cast.client(name, store=store)
    session.flush()
    return {"lille": lille, "nord": lille.region, "wide": wide, "lyon": lyon}


@pytest.fixture
def seen(session):
    def names(scope):
        asked = scopes.narrow(sa.select(Contact), Contact, scope)
        return sorted(contact.first_name for contact in session.scalars(asked))

    return names


def test_the_whole_house_hides_nobody(house_of_three, seen):
    assert seen(WHOLE_HOUSE) == ["Claire", "Marc", "Omar", "Zoé"]


def test_a_salesperson_of_lille_sees_lille(house_of_three, seen):
    assert seen(only(stores=(house_of_three["lille"].id,))) == ["Claire"]


def test_a_region_holds_its_stores_and_the_regions_in_it(house_of_three, seen):
    assert seen(only(regions=(house_of_three["nord"].id,))) == ["Claire", "Marc"]
    assert seen(only(regions=(house_of_three["wide"].id,))) == ["Claire", "Marc"]


def test_an_empty_scope_sees_nobody(house_of_three, seen):
    assert seen(only()) == []


def test_an_answer_stays_with_the_store_it_was_given_in(house_of_three, session, cast):
    claire = session.scalar(sa.select(Contact).filter_by(first_name="Claire"))
    lyon = house_of_three["lyon"]
    answer(session, claire, 3, store=lyon, region=lyon.region)
    given = session.scalars(sa.select(Response)).one()

    assert not scopes.sees(given, only(stores=(house_of_three["lille"].id,)), session)
    assert scopes.sees(given, only(stores=(lyon.id,)), session)
    counted = sa.select(sa.func.count()).where(
        scopes.within(Response, only(regions=(house_of_three["nord"].id,)))
    )
    assert session.scalar(counted) == 0
