"""A list says in words what it holds; without a line it shows one next step and nothing to filter."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.services.answers import answer
from tests.web.visitor import Visitor

NO_SEQUENCES = {"sqlite": "SELECT 1", "postgresql": "SET LOCAL enable_seqscan = off"}


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


def test_orders_stand_in_the_order_of_their_dates_whenever_they_were_imported(camille, cast):
    claire = cast.client("claire")
    days = {"C-2": 2, "C-3": 3, "C-1": 1, "C-4": 3}
    orders = {
        reference: cast.interaction(
            claire, reference, occurred_at=datetime(2026, 3, day, 12, tzinfo=UTC)
        )
        for reference, day in days.items()
    }

    page = camille.get("/admin/interaction/").text
    following = camille.get(f"/admin/interaction/?from={orders['C-3'].id}").text

    assert re.findall(r">(C-\d)</a>", page) == ["C-4", "C-3", "C-2", "C-1"]
    assert re.findall(r">(C-\d)</a>", following) == ["C-2", "C-1"]


def test_a_reference_is_not_looked_for_along_all_dates(camille, cast, session):
    cast.interaction(cast.client("claire"), "C-1")
    asked = []
    engine = session.get_bind()

    def note(_connection, _cursor, statement, values, *_more):
        asked.append((statement, values))

    sa.event.listen(engine, "before_cursor_execute", note)
    assert ">C-1</a>" in camille.get("/admin/interaction/?search=C-1").text
    sa.event.remove(engine, "before_cursor_execute", note)

    [(words, values)] = [one for one in asked if "ORDER BY" in one[0] and "LIKE" in one[0]]
    session.execute(sa.text(NO_SEQUENCES[engine.dialect.name]))
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    plan = session.connection().exec_driver_sql(f"{explain} {words}", values).all()
    assert "ix_nps_interaction_occurred_at" not in str(plan)


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


def test_a_long_list_is_paged_from_row_to_row_and_back(camille, cast, monkeypatch):
    """Each link names the row it goes on from, so that no row is counted off or shown twice."""
    monkeypatch.setattr("hopnps.admin.contacts.ContactView.page_size", 2)
    names = ["claire", "marc", "tom", "zoe", "omar"]
    shown = [cast.client(name).first_name for name in names][::-1]

    first = camille.get("/admin/contact/").text
    second = camille.get(_link(first, "Page suivante")).text
    cast.client("claire", external_id="new", first_name="Neuve")  # somebody comes in meanwhile
    third = camille.get(_link(second, "Page suivante")).text
    back = camille.get(_link(third, "Page précédente")).text

    pages = [_shown(page, shown) for page in (first, second, third, back)]
    assert pages == [shown[:2], shown[2:4], shown[4:], shown[2:4]]
    assert "from=" not in _link(third, "Page précédente")


def test_answers_of_one_moment_are_paged_too(camille, cast, session, monkeypatch):
    monkeypatch.setattr("hopnps.admin.responses.ResponseView.page_size", 2)
    names = ["claire", "marc", "tom", "zoe", "omar"]
    for name in names:
        answer(session, cast.client(name), 9, comment=f"said by {name}")

    page, seen = camille.get("/admin/response/").text, []
    while True:
        seen += re.findall(r"said by (\w+)", page)
        if "Page suivante" not in page:
            break
        page = camille.get(_link(page, "Page suivante")).text

    assert seen == names[::-1]


def test_nobody_makes_the_database_count_off_a_million_rows(camille):
    page = camille.get("/admin/contact/?page=19000")

    assert page.status_code == 200


def _link(page, words):
    found = re.search(rf'href="([^"]+)">(?:<svg.*?</svg>)?{words}', page)
    return html.unescape(found[1])


def _shown(page, names):
    return sorted(
        (name for name in names if f">{name} " in page), key=lambda name: page.index(f">{name} ")
    )


def test_what_a_house_knows_of_its_own_is_written_in_the_readers_language(camille, cast):
    own = {
        "d\u00e9penses": 1555.57,
        "depuis": "2024-03-31",
        "club": True,
        "v\u00e9lo": "<b>cargo</b>",
    }
    claire = cast.client("claire", attributes=own)
    order = cast.interaction(claire, data={"montant": 99.5})

    page = camille.get(f"/admin/contact/details/?id={claire.id}").text
    for words in ("1\u202f555,57", "31/03/2024", "oui", "&lt;b&gt;cargo&lt;/b&gt;"):
        assert f"<dd>{words}</dd>" in page
    assert "montant\u00a0: 99,5" in camille.get(f"/admin/interaction/details/?id={order.id}").text
