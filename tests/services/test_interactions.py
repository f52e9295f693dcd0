"""An order or ticket as typed on a screen finds its client, and keeps its reference to itself."""

from __future__ import annotations

import pytest

from hopnps.domain.errors import Invalid
from hopnps.models import Interaction
from hopnps.services import interactions
from tests.conftest import NOON


def save(session, interaction=None, **typed):
    values = {"kind": "order", "reference": "C-88120", "occurred_at": NOON, "now": NOON}
    return interactions.save(session, interaction, **values | typed)


def test_the_client_is_found_by_address_or_number(session, cast):
    claire = cast.client("claire", external_id="K7")

    assert save(session, client="CLAIRE.delmas@example.org").contact is claire
    assert save(session, client=" K7 ", reference="C-88121").contact is claire


@pytest.mark.parametrize("client", ["", "nobody@example.org", "shared@example.org"])
def test_an_unknown_or_doubtful_client_is_refused_at_the_field(session, cast, client):
    cast.client("claire", email="shared@example.org")
    cast.client("marc", email="shared@example.org")

    with pytest.raises(Invalid) as fault:
        save(session, client=client)

    assert fault.value.field == "client"
    assert session.query(Interaction).count() == 0


@pytest.mark.parametrize(
    ("field", "typed"), [("kind", ""), ("reference", " "), ("occurred_at", None)]
)
def test_what_is_missing_is_said_at_its_field(session, cast, field, typed):
    claire = cast.client("claire")

    with pytest.raises(Invalid) as fault:
        save(session, client=claire.email, **{field: typed})

    assert fault.value.field == field


def test_a_kind_is_one_word_for_rules_and_mails_however_it_is_typed(session, cast):
    claire = cast.client("claire")

    typed = {
        save(session, client=claire.email, kind=kind, reference=kind).kind
        for kind in ("order", " Commande ", "COMMANDE")
    }

    assert typed == {"order"}


def test_a_reference_stands_once_for_a_kind_and_source(session, cast):
    claire = cast.client("claire")
    first = save(session, client=claire.email)

    with pytest.raises(Invalid) as fault:
        save(session, client=claire.email)

    assert fault.value.field == "reference"
    assert save(session, client=claire.email, kind="ticket").id
    assert save(session, first, client=claire.email, agent="Samir").agent == "Samir"


def test_a_change_keeps_the_client_even_where_the_address_is_shared(session, cast):
    claire = cast.client("claire", email="shared@example.org", external_id=None)
    cast.client("marc", email="shared@example.org")
    order = cast.interaction(claire, kind="order")

    assert save(session, order, client="shared@example.org", reference="R-20455").contact is claire
