"""nps.upsert_contact and the like: a host hands in its clients and tickets, in its own transaction, as often as it likes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hopnps.domain.errors import Invalid, NotFound, Refused
from hopnps.domain.scope import only
from hopnps.models import Contact, Interaction, Invitation, Store
from tests.hosts.hosts import Client

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
CLAIRE = {"source": "crm", "external_id": "C-1", "email": "Claire.Delmas@example.org"}


@pytest.fixture
def claire(nps, session):
    contact = nps.upsert_contact(**CLAIRE, first_name="Claire", store="Lille")
    session.commit()
    return contact


@pytest.fixture
def ticket(nps, session, claire):
    """A ticket of the host's, handed in."""
    interaction = nps.record_interaction(
        source="crm", kind="ticket", reference="T-7", occurred_at=YESTERDAY, contact=claire
    )
    session.commit()
    return interaction


def test_a_client_is_made_once_and_then_changed(nps, session, claire):
    again = nps.upsert_contact(**CLAIRE, last_name="Delmas", attributes={"points": 7})

    assert again is claire
    assert (claire.first_name, claire.last_name, claire.store.name) == ("Claire", "Delmas", "Lille")
    assert claire.address == "claire.delmas@example.org"
    nps.upsert_contact(**CLAIRE, first_name="", attributes={"card": "gold"}, tags=["vip"])
    assert claire.attributes == {"points": 7, "card": "gold"}
    assert (claire.first_name, claire.tags) == ("", ["vip"])
    assert session.query(Contact).count() == 1


def test_a_client_without_a_number_is_known_by_the_address(nps, session, claire):
    assert nps.upsert_contact(email="claire.delmas@example.org", phone="0601020304") is claire
    nps.upsert_contact(source="shop", external_id="9", email="claire.delmas@example.org")

    with pytest.raises(Refused):
        nps.upsert_contact(email="claire.delmas@example.org")
    with pytest.raises(Invalid):
        nps.upsert_contact(source="crm")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nowhere"},
        {"language": "klingon!"},
        {"external_id": "9" * 300},
        {"notes": "n" * 200_000},
    ],
)
def test_what_cannot_be_kept_leaves_nothing_behind(nps, session, wrong):
    with pytest.raises(Invalid):
        nps.upsert_contact(**{**CLAIRE, **wrong})

    assert session.query(Contact).count() == 0


def test_a_word_that_no_contact_has_is_the_programmers_fault(nps):
    with pytest.raises(TypeError, match="surname"):
        nps.upsert_contact(**CLAIRE, surname="Delmas")


def test_the_commit_is_the_hosts(app, nps, session, house):
    session.add(Client(name="Claire"))
    nps.upsert_contact(**CLAIRE)
    session.rollback()

    assert (session.query(Client).count(), session.query(Contact).count()) == (0, 0)


def test_a_ticket_is_recorded_once_and_then_changed(nps, session, claire, ticket):
    again = nps.record_interaction(
        source="crm",
        kind="ticket",
        reference="T-7",
        occurred_at=YESTERDAY,
        external_id="C-1",
        agent="Inès",
        data={"subject": "brakes"},
    )

    assert again is ticket
    assert (ticket.agent, ticket.data) == ("Inès", {"subject": "brakes"})
    assert session.query(Interaction).count() == 1


def test_a_ticket_of_somebody_new_brings_them_along(nps, session):
    told = {"source": "crm", "kind": "Commande", "reference": "O-1", "occurred_at": YESTERDAY}

    made = nps.record_interaction(**told, external_id="C-9", email="zoe@example.org", store="Évry")
    with pytest.raises(NotFound):
        nps.record_interaction(**{**told, "reference": "O-2"}, external_id="C-404")
    with pytest.raises(Invalid):
        nps.record_interaction(
            **{**told, "occurred_at": datetime(2026, 1, 1)}, contact=made.contact
        )

    assert (made.kind, made.contact.external_id, made.store.name) == ("order", "C-9", "Évry")
    assert session.query(Store).filter_by(name_key="evry").count() == 1


def test_a_survey_leaves_from_the_hosts_ticket_page_once(app, nps, session, ticket):
    assert nps.refusal(ticket) == ""
    sent = nps.send(ticket, by="ada", nonce="a")
    session.commit()

    assert nps.send(ticket, nonce="a") is sent
    assert (sent.interaction, sent.created_by) == (ticket, "ada")
    assert nps.refusal(ticket) != ""
    with pytest.raises(Refused) as refused:
        nps.send(ticket)
    assert nps.say(refused.value)
    assert session.query(Invitation).count() == 1


def test_an_unknown_survey_is_said(nps, ticket):
    with pytest.raises(NotFound):
        nps.send(ticket, survey="no-such")


def test_a_scope_is_told_by_names(nps, session, cast):
    lille = cast.store("Lille", region="Nord")

    assert nps.scope(stores=["lille", "Atlantis"]) == only(stores=(lille.id,))
    assert nps.scope(regions=["NORD"]) == only(regions=(lille.region_id,))
    assert nps.scope() == only()
