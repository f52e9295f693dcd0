"""A list says in words what it holds; without a line it shows one next step and nothing to filter."""

from __future__ import annotations

import pytest

from tests.web.visitor import Visitor


@pytest.fixture
def camille(app, cast):
    """A marketer at her browser."""
    return Visitor(app, cast.colleague("camille"))


def test_an_order_and_a_ticket_are_called_so_in_french(camille, cast):
    claire = cast.client("claire")
    cast.interaction(claire, "C-1", kind="order")
    cast.interaction(claire, "X-1", kind="croisière")

    orders = camille.get("/admin/interaction/").text

    assert "Commande</td>" in orders
    assert "croisière</td>" in orders
    assert ">Commande C-1</a>" in camille.get(f"/admin/contact/details/?id={claire.id}").text


@pytest.mark.parametrize(
    "room, kind", [("interaction", "interactions"), ("store", "stores"), ("response", "responses")]
)
def test_an_empty_list_leads_to_an_import_and_has_one_main_button(camille, room, kind):
    page = camille.get(f"/admin/{room}/").text

    assert f"/imports?kind={kind}" in page
    assert page.count("btn primary") == 1
    assert "filters" not in page


def test_who_may_not_import_is_not_sent_there(app, cast):
    ines = Visitor(app, cast.colleague("ines"))

    assert "/imports" not in ines.get("/admin/store/").text


def test_a_search_without_a_find_keeps_its_form(camille):
    page = camille.get("/admin/store/?search=nowhere").text

    assert 'value="nowhere"' in page


def test_a_kind_in_words_is_saved_as_the_kind_it_was(camille, cast, session):
    order = cast.interaction(cast.client("claire"), "C-1", kind="order")
    address = f"/admin/interaction/edit/?id={order.id}"

    page = camille.get(address).text
    values = {"client": "claire", "reference": "C-1", "occurred_at": "2026-03-02T13:00"}
    camille.post(address, kind="Commande", **values)

    session.expire_all()
    assert 'value="Commande"' in page
    assert order.kind == "order"
