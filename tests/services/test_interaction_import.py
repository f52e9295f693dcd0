"""Files of stores, orders and tickets: what each line would do, and what it did."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from hopnps.domain.errors import Invalid
from hopnps.models import Contact, Interaction, Store
from hopnps.services import interaction_import, store_import
from tests.services.imported import Desk, fates, faults, workbook

ORDERS = (
    "Type;N° commande;Date de commande;Code client;Courriel;Magasin;Vendeuse;Montant\r\n"
    "Commande;R-1;02/03/2026 14:05;zoe;;Paris Bastille;Inès;129,90\r\n"
    "Ticket;T-9;02/07/2026;;MARC.oberlin@example.org;;;\r\n"
)


@pytest.fixture
def desk(session):
    return Desk(session, interaction_import)


@pytest.fixture
def stores(session):
    return Desk(session, store_import)


def everything(session) -> dict:
    session.expire_all()
    return {one.reference: one for one in session.scalars(sa.select(Interaction))}


def test_orders_find_their_contact_by_external_id_or_address(desk, session, cast):
    zoe, marc = cast.client("zoe"), cast.client("marc")

    report = desk.bring(ORDERS.encode("cp1252"))

    assert (report.created, report.new_stores) == (2, ["Paris Bastille"])
    order, ticket = everything(session)["R-1"], everything(session)["T-9"]
    assert (order.contact, ticket.contact) == (zoe, marc)
    assert (order.kind, order.agent, order.store.name) == ("order", "Inès", "Paris Bastille")
    assert order.data == {"Montant": "129,90"}
    assert (ticket.kind, ticket.data) == ("ticket", {})


def test_times_are_those_of_our_clocks(desk, session, cast):
    cast.client("zoe"), cast.client("marc")

    desk.bring(ORDERS)

    assert everything(session)["R-1"].occurred_at == datetime(2026, 3, 2, 13, 5, tzinfo=UTC)
    assert everything(session)["T-9"].occurred_at == datetime(2026, 7, 1, 22, tzinfo=UTC)


def test_the_same_orders_twice_change_nothing_and_a_new_amount_is_an_update(desk, session, cast):
    cast.client("zoe"), cast.client("marc")
    desk.bring(ORDERS)

    assert desk.bring(ORDERS).unchanged == 2
    assert desk.bring(ORDERS.replace("129,90", "99,00")).updated == 1
    assert everything(session)["R-1"].data == {"Montant": "99,00"}


def test_an_unknown_address_becomes_a_contact_but_an_unknown_id_does_not(desk, session):
    head = "Type;Référence;Date;Code client;Courriel\n"
    rows = "ticket;T-1;1/3/2026;;new@example.org\nticket;T-2;1/3/2026;;New@example.org\n"

    report = desk.bring(f"{head}{rows}ticket;T-3;1/3/2026;777;\n", skip_faults=True)

    (made,) = session.scalars(sa.select(Contact))
    assert (report.created, made.address, made.source) == (2, "new@example.org", "crm")
    assert {one.contact_id for one in everything(session).values()} == {made.id}
    assert faults(report) == {
        4: "No contact bears this external id, and the line has no e-mail address."
    }
    assert report.lines[0].reason == "A contact is made for this address."


def test_an_id_known_in_another_source_is_found_if_it_is_the_only_one(desk, session, cast):
    zoe = cast.client("zoe", source="crm", external_id="77")
    desk.source = "caisse"
    head = "Type;Référence;Date;Code client\n"

    assert desk.bring(f"{head}order;R-1;1/3/2026;77\n").created == 1
    assert everything(session)["R-1"].contact == zoe
    cast.client("tom", source="web", external_id="77")
    assert faults(desk.bring(f"{head}order;R-2;1/3/2026;77\n")) == {
        2: "2 contacts bear this external id: name the contact's source."
    }
    named = "Type;Référence;Date;Code client;Source du contact\norder;R-2;1/3/2026;77;web\n"
    assert desk.bring(named).created == 1


def test_two_new_ids_at_one_new_address_are_refused(desk):
    head = "Type;Référence;Date;Code client;Courriel\n"

    report = desk.bring(
        f"{head}order;1;1/3/2026;A;x@example.org\norder;2;1/3/2026;B;x@example.org\n"
    )

    assert list(faults(report)) == [2, 3]


def test_two_lines_with_one_reference(desk, cast):
    cast.client("zoe")
    head = "Type;Référence;Date;Code client\n"

    same = desk.show(f"{head}order;1;1/3/2026;zoe\norder;1;01/03/2026;zoe\nticket;1;1/3/2026;zoe\n")
    other = desk.show(f"{head}order;1;1/3/2026;zoe\norder;1;02/03/2026;zoe\n")

    assert fates(same) == {2: "create", 3: "skip", 4: "create"}
    assert faults(other) == {3: "Line 2 has the same reference and says something else."}


@pytest.mark.parametrize("day", ["31/02/2026", "2026-13-01", "hier", "02/03/2026 25:00"])
def test_a_day_that_does_not_exist_is_a_fault(desk, cast, day):
    cast.client("zoe")

    report = desk.bring(f"Type;Référence;Date;Code client\norder;1;{day};zoe\n")

    assert (report.applied, [fault.column for fault in report.faults]) == (False, ["Date"])


def test_a_workbook_with_real_dates(desk, session, cast):
    cast.client("zoe")
    rows = (
        ["Type", "Numéro", "Date", "Code client"],
        ["Ticket", 20455, datetime(2026, 3, 2), "zoe"],
    )

    desk.bring(workbook(*rows))

    assert everything(session)["20455"].occurred_at == datetime(2026, 3, 1, 23, tzinfo=UTC)


def test_a_file_without_kinds_needs_to_be_told_one(desk, session, cast):
    cast.client("zoe")
    file = "Référence;Date;Code client\n1;1/3/2026;zoe\n"

    with pytest.raises(Invalid, match="kind"):
        desk.bring(file)
    desk.bring(file, extra={"kind": "repair"})

    assert everything(session)["1"].kind == "repair"


def test_stores_come_with_their_regions(stores, session):
    file = "Magasin;Région\nParis Bastille;Île-de-France\nLyon;Auvergne-Rhône-Alpes\nNantes;\n"

    report = stores.bring(file.encode("cp1252"))

    found = {one.name: one.region and one.region.name for one in session.scalars(sa.select(Store))}
    assert report.created == 3
    assert found == {
        "Paris Bastille": "Île-de-France",
        "Lyon": "Auvergne-Rhône-Alpes",
        "Nantes": None,
    }
    assert stores.bring(file).unchanged == 3


def test_a_store_moves_to_the_region_the_file_names(stores, session, cast):
    store = cast.store("Paris Bastille", "Île-de-France")

    report = stores.bring(
        "Nom;Région\nPARIS-BASTILLE;Nord\nparis bastille;Nord\nParis bastille;Sud\n"
    )

    assert fates(report) == {2: "update", 3: "skip", 4: "fault"}
    assert not report.applied
    assert stores.bring("Nom;Région\nParis Bastille;Nord\n").updated == 1
    session.refresh(store)
    assert store.region.name == "Nord"


def test_what_names_no_store_is_a_fault(stores):
    report = stores.bring("Nom;Région\n***;Nord\n;Sud\n")

    assert faults(report) == {2: "“***” is not a name.", 3: "This line names no store."}
