"""A few letters lead to the clients they may mean, of the stores one sees, and never read the whole house."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hopnps.domain.errors import NotFound
from hopnps.domain.scope import only
from hopnps.services import people_search
from hopnps.services.name_ranges import ranges
from tests.conftest import NOON


def names(matches):
    return [match.contact.first_name for match in matches]


@pytest.fixture
def quiet(monkeypatch):
    """As in a large house: only the indexes of beginnings are left to look into."""
    monkeypatch.setattr(people_search, "LATELY", 0)


@pytest.mark.parametrize(
    "letters",
    [
        "lefevre",
        "LEFÈVRE",
        "zoe",
        "Zoé lef",
        "lef zoé",
        "zoe.lef",
        "ile",
        "île aux",
        "c-77",
        "C-77",
    ],
)
def test_beginnings_are_found_by_their_indexes_whatever_accents_and_case(
    session, cast, quiet, letters
):
    cast.client("zoe", company="Île aux Vélos", external_id="C-77")
    cast.client("marc")

    assert names(people_search.search(session, letters)) == ["Zoé"]


def test_among_the_latest_a_part_of_a_name_or_number_is_enough(session, cast):
    claire = cast.client("claire")
    cast.interaction(claire, "R-20455")
    cast.client("marc")

    assert names(people_search.search(session, "elmas")) == ["Claire"]
    assert names(people_search.search(session, "0455")) == ["Claire"]


def test_who_was_here_lately_comes_first(session, cast):
    marc, omar = cast.client("marc"), cast.client("omar", last_name="Marchand")
    cast.interaction(marc, "R-1", occurred_at=NOON - timedelta(days=3))
    cast.interaction(omar, "R-2", occurred_at=NOON)

    assert names(people_search.search(session, "mar")) == ["Omar", "Marc"]
    assert names(people_search.latest(session)) == ["Omar", "Marc"]


@pytest.mark.parametrize("letters", ["", "c", " ", "%%", "__", "**", "[a", "\\'", '"x'])
def test_few_letters_and_odd_signs_find_nobody(session, cast, letters):
    cast.client("claire")

    assert people_search.search(session, letters) == []


@pytest.mark.parametrize("letters", ["zoe", "lefevre", "R-2", "zoe.lefevre@example.org", "c-9"])
def test_a_salesperson_of_lille_finds_nobody_of_lyon(session, cast, letters):
    lille, lyon = cast.store("Lille", "Nord"), cast.store("Lyon", "Rhône")
    cast.client("claire", store=lille)
    zoe = cast.client("zoe", store=lyon, external_id="C-9")
    repair = cast.interaction(zoe, "R-2", store=lyon)
    seen = only(stores=(lille.id,))

    assert names(people_search.search(session, letters)) == ["Zoé"]
    assert people_search.search(session, letters, scope=seen) == []
    assert people_search.latest(session, scope=seen) == []
    with pytest.raises(NotFound):
        people_search.contact(session, zoe.id, scope=seen)
    with pytest.raises(NotFound):
        people_search.interaction_of(session, zoe, repair.id, scope=seen)


def test_a_name_is_looked_up_in_a_bounded_number_of_ranges():
    assert all(1 <= len(ranges(word)) <= 60 for word in ("eau", "œuvre", "o", "martinez", "aéèê"))
    assert ("Ele", "Ele\U0010ffff") not in ranges("él") and ("Él", "Él\U0010ffff") in ranges("el")


def test_what_other_stores_have_does_not_hide_a_client_of_ones_own_region(
    session, cast, monkeypatch
):
    monkeypatch.setattr(people_search, "LATELY", 1)
    monkeypatch.setattr(people_search, "CANDIDATES", 1)
    lille, paris = cast.store("Lille", region="Nord"), cast.store("Paris", region="Seine")
    nord = only(regions=(lille.region_id,))
    zoe = cast.client("zoe", store=lille)
    cast.interaction(zoe, "R-1")
    for number, name in enumerate(("claire", "marc", "omar")):
        cast.interaction(cast.client(name, store=paris, last_name="Lefèvre"), f"P-{number}")

    assert names(people_search.search(session, "lefevre", scope=nord)) == ["Zoé"]  # by its index
    assert names(people_search.search(session, "fevre", scope=nord)) == ["Zoé"]  # letter by letter
    assert names(people_search.latest(session, scope=nord)) == ["Zoé"]


def test_a_large_region_is_walked_from_its_newest_client(session, cast, monkeypatch):
    monkeypatch.setattr("hopnps.services.scopes.MANY", 0)
    test_what_other_stores_have_does_not_hide_a_client_of_ones_own_region(
        session, cast, monkeypatch
    )
