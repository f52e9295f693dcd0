"""A contact as typed on a screen: identity guarded as the import guards it."""

from __future__ import annotations

import pytest

from hopnps.domain.errors import Invalid, Refused
from hopnps.models import Address, Contact, Interaction, Response, Survey
from hopnps.services import contacts
from tests.conftest import NOON


def test_a_contact_is_made_with_its_address_normalised(session):
    zoe = contacts.save(
        session, None, email=" Zoe.Lefevre@Example.ORG", first_name=" Zoé ", tags=["vip"], now=NOON
    )

    assert (zoe.email, zoe.address, zoe.first_name) == (
        "Zoe.Lefevre@Example.ORG",
        "zoe.lefevre@example.org",
        "Zoé",
    )
    assert zoe.external_id is None
    assert zoe.tags == ["vip"]


def test_somebody_needs_an_address_or_a_number(session):
    with pytest.raises(Invalid) as fault:
        contacts.save(session, None, first_name="Zoé", now=NOON)
    assert fault.value.field == "email"

    assert contacts.save(session, None, external_id="K1", now=NOON).address == ""


def test_a_client_number_serves_one_contact_of_a_source(session, cast):
    cast.client("claire", source="crm", external_id="K1")

    with pytest.raises(Invalid) as fault:
        contacts.save(session, None, source="crm", external_id=" K1 ", now=NOON)

    assert fault.value.field == "external_id"
    assert contacts.save(session, None, source="shop", external_id="K1", now=NOON).id


def test_a_second_contact_at_an_address_needs_a_number(session, cast):
    claire = cast.client("claire")

    with pytest.raises(Invalid) as fault:
        contacts.save(session, None, email=claire.email.upper(), now=NOON)

    assert fault.value.field == "email"
    assert contacts.save(session, None, email=claire.email, external_id="K2", now=NOON).id


def test_a_change_keeps_the_answer_and_touches_no_suppression(session, cast):
    claire = cast.client("claire", last_score=3, last_category="detractor")
    session.add(Address(email=claire.address, unsubscribed_at=NOON, bounce_reason=""))

    contacts.save(
        session,
        claire,
        email=claire.email,
        external_id="claire",
        source="crm",
        now=NOON,
        company="Tilleul",
    )

    assert (claire.company, claire.last_score) == ("Tilleul", 3)
    assert session.query(Address).one().unsubscribed_at == NOON


def test_who_has_answered_is_not_deleted(session, cast):
    claire = cast.client("claire")
    survey = session.query(Survey).first()
    session.add(
        Response(survey=survey, contact=claire, score=3, answered_at=NOON, answered_on=NOON.date())
    )

    with pytest.raises(Refused):
        contacts.remove(session, claire)


def test_a_contact_made_by_mistake_goes_with_their_orders(session, cast):
    claire = cast.client("claire")
    cast.interaction(claire)

    contacts.remove(session, claire)
    session.flush()

    assert session.query(Contact).count() == session.query(Interaction).count() == 0
