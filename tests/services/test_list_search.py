"""Above a long list, clients and answers of one's own region are found however much the other regions have."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hopnps.domain.scope import only
from hopnps.models import Response
from hopnps.services import list_search
from tests.services.answers import answer


@pytest.fixture
def nord(session, cast, monkeypatch):
    """Zoé's region in a house whose other clients, all newer, fill every bound."""
    monkeypatch.setattr(list_search, "NEWEST", 2)
    monkeypatch.setattr(list_search, "CANDIDATES", 2)
    monkeypatch.setattr(list_search, "MOST", 2)
    lille, paris = cast.store("Lille", region="Nord"), cast.store("Paris", region="Seine")
    zoe = cast.client("zoe", store=lille)
    answer(session, zoe, 9, "Très bien", store=lille, region=lille.region)
    for name in ("claire", "marc", "omar"):
        other = cast.client(name, store=paris, last_name="Lefèvre")
        answer(session, other, 9, "Très bien", store=paris, region=paris.region)
    return only(regions=(lille.region_id,))


@pytest.mark.parametrize("typed", ["lefevre", "fevre", "zoe.lefevre@", "Zoé Lef"])
def test_a_client_beyond_the_newest_of_the_house_is_found(session, cast, nord, typed):
    found = list_search.contacts(session, typed, scope=nord)

    assert len(found) == 1
    assert not list_search.is_partial(session, list_search.Contact, scope=nord)


@pytest.mark.parametrize("typed", ["bien", "lefevre"])
def test_so_is_an_answer(session, cast, nord, typed):
    found = list_search.answers(session, typed, scope=nord)

    asked = sa.select(Response.id).where(found).order_by(Response.id).limit(1)
    assert session.scalar(asked) == session.scalar(sa.select(sa.func.min(Response.id)))


def test_an_answer_stays_with_the_place_where_it_was_given(session, cast, nord):
    zoe = session.query(list_search.Contact).filter_by(first_name="Zoé").one()
    zoe.store = cast.store("Nice", region="Sud")
    session.flush()

    found = list_search.answers(session, "zoé", scope=nord)

    assert session.scalar(sa.select(Response.contact_id).where(found)) == zoe.id
