"""All that this CRM says to hopnps, and all that it hears from it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from flask import current_app
from flask_login import current_user

from examples.host.crm.models import Client, Ticket, db
from hopnps import HopNPS
from hopnps.access import Principal
from hopnps.models import Address, Contact, Interaction, Response, Role
from hopnps.signals import contact_unsubscribed, response_recorded

SOURCE = "lindon"


def who_asks() -> Principal | None:
    """Our people, as hopnps knows them: managers do everything, the others see the clients of their shop's region."""
    if not current_user.is_authenticated:
        return None
    role = Role.ADMIN if current_user.is_manager else Role.SALES
    return Principal(
        str(current_user.id), current_user.name, current_user.email, roles=frozenset({role})
    )


nps = HopNPS(
    url_prefix="/nps",
    find_principal=who_asks,
    login_endpoint="pages.login",
    base_template="crm/base.html",
)


def hand_in(ticket: Ticket) -> Interaction:
    """The ticket and its client, as hopnps knows them; twice is once. Committed with whatever else we do."""
    client = ticket.client
    contact = nps.upsert_contact(
        source=SOURCE,
        external_id=str(client.id),
        email=client.email,
        first_name=client.name.partition(" ")[0],
        last_name=client.name.partition(" ")[2],
        store=client.shop,
    )
    return nps.record_interaction(
        source=SOURCE,
        kind="ticket",
        reference=ticket.number,
        occurred_at=(ticket.closed_at or ticket.opened_at).replace(tzinfo=UTC),
        contact=contact,
        store=client.shop,
        agent=ticket.agent,
        data={"subject": ticket.subject},
    )


def answers(client: Client) -> list[Response]:
    """What this client answered, the latest first."""
    contact = nps.find_contact(source=SOURCE, external_id=str(client.id))
    return nps.answers(contact) if contact else []


@response_recorded.connect
def keep_score(app: Any, response_id: int, evidence: str) -> None:
    """A client answered: their page shows it."""
    answer = db.session.get(Response, response_id)
    if answer and (client := _client(answer.contact)):
        client.last_score, client.last_comment = answer.score, answer.comment
        db.session.commit()


@contact_unsubscribed.connect
def keep_wish(app: Any, address_id: int) -> None:
    """An address wants no more surveys: we write it down for all who bear it."""
    address = db.session.get(Address, address_id)
    bearers = db.session.query(Contact).filter_by(address=address.email) if address else ()
    for contact in bearers:
        if client := _client(contact):
            client.no_mails = True
    db.session.commit()
    current_app.logger.info("a client wants no more surveys")


def _client(contact: Contact | None) -> Client | None:
    ours = contact is not None and contact.source == SOURCE and contact.external_id
    return db.session.get(Client, int(contact.external_id)) if ours else None  # type: ignore[union-attr,arg-type]
