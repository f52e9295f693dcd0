"""An administrator reads what it means before an address is written to again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hopnps.models import Address, AddressClearing
from tests.conftest import NOON
from tests.web.visitor import Visitor


@pytest.fixture
def claire(cast, session):
    """A callable: Claire, of whose address this is known."""

    def known(**values):
        contact = cast.client("claire")
        session.add(Address(email=contact.address, **values))
        session.commit()
        return contact

    return known


def test_an_address_that_works_again_is_written_to_again(app, session, cast, claire):
    contact = claire(bounced_at=NOON, bounce_reason="550 5.1.1 <b>unknown</b>")
    sophie = Visitor(app, cast.colleague("sophie"))
    page, where = f"/admin/contact/details/?id={contact.id}", f"/contacts/{contact.id}/clearing"
    assert where in sophie.client.get(page).text
    assert "&lt;b&gt;unknown" in sophie.client.get(where).text
    assert "claire.delmas@<wbr>example.org" in sophie.client.get(where).text

    sophie.post(where)

    session.expire_all()
    assert session.scalars(sa.select(Address.bounced_at)).one() is None
    told = sophie.client.get(page).text
    assert "L’adresse fonctionne de nouveau" in told
    assert "Par Sophie Marchal" in told
    assert where not in told


def test_a_wish_to_hear_no_more_needs_words_of_how_it_was_taken_back(app, session, cast, claire):
    contact = claire(unsubscribed_at=NOON)
    sophie, where = Visitor(app, cast.colleague("sophie")), f"/contacts/{contact.id}/clearing"
    assert "la loi le protège" in sophie.client.get(where).text

    refused = sophie.post(where)
    assert refused.status_code == 422
    assert "dites quand et comment" in refused.text
    sophie.post(where, request="par téléphone")

    session.expire_all()
    assert session.scalars(sa.select(Address.unsubscribed_at)).one() is None
    assert session.scalars(sa.select(AddressClearing.request)).one() == "par téléphone"


def test_only_administrators_see_the_way_there(app, cast, claire):
    contact = claire(bounced_at=NOON)
    camille = Visitor(app, cast.colleague("camille")).client

    assert "clearing" not in camille.get(f"/admin/contact/details/?id={contact.id}").text
    assert camille.get(f"/contacts/{contact.id}/clearing").status_code == 403
