"""A few letters of a name, an address, a company or a reference -> the clients they may mean, with what to ask about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.errors import N_, NotFound
from hopnps.models import Contact, Interaction
from hopnps.services.portable import reads_as

FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Match:
    """A client, and the order or ticket to ask about: the one named, else the latest; None without any."""

    contact: Contact
    interaction: Interaction | None


def search(session: Session, letters: str, *, limit: int = 8) -> list[Match]:
    """Clients of whom every word typed begins or stands in a name, address, company or reference; those with the
    latest order or ticket first. Nothing for fewer than FEWEST_LETTERS letters."""
    words = letters.split()
    if sum(map(len, words)) < FEWEST_LETTERS:
        return []
    named = _by_reference(session, letters.strip(), limit)
    known = {match.contact.id for match in named}
    found = [contact for contact in _by_words(session, words, limit) if contact.id not in known]
    latest = latest_interactions(session, [contact.id for contact in found])
    matches = [Match(contact, latest.get(contact.id)) for contact in found]
    return (named + sorted(matches, key=_freshness))[:limit]


def contact(session: Session, contact_id: int) -> Contact:
    """Raises NotFound."""
    found = session.get(Contact, contact_id)
    if found is None:
        raise NotFound(N_("This client is not in the list any more."))
    return found


def interaction_of(session: Session, contact: Contact, interaction_id: int) -> Interaction:
    """An order, ticket, ... of this contact. Raises NotFound, also for somebody else's."""
    found = session.get(Interaction, interaction_id)
    if found is None or found.contact_id != contact.id:
        raise NotFound(N_("This order or ticket belongs to somebody else."))
    return found


def latest_interactions(session: Session, contact_ids: Sequence[int]) -> dict[int, Interaction]:
    """The latest order, ticket, ... of each of these contacts that has one."""
    turn = sa.func.row_number().over(
        partition_by=Interaction.contact_id,
        order_by=(Interaction.occurred_at.desc(), Interaction.id.desc()),
    )
    ranked = (
        sa.select(Interaction.id, turn.label("turn"))
        .where(Interaction.contact_id.in_(contact_ids))
        .subquery()
    )
    rows = session.scalars(
        sa.select(Interaction)
        .join(ranked, sa.and_(ranked.c.id == Interaction.id, ranked.c.turn == 1))
        .options(joinedload(Interaction.store))
    )
    return {interaction.contact_id: interaction for interaction in rows}


def recent_interactions(
    session: Session, contact: Contact, *, limit: int = 5
) -> Sequence[Interaction]:
    """What happened lately with one contact, the latest first."""
    return session.scalars(
        sa.select(Interaction)
        .where(Interaction.contact_id == contact.id)
        .order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
        .limit(limit)
        .options(joinedload(Interaction.store))
    ).all()


def _by_reference(session: Session, letters: str, limit: int) -> list[Match]:
    """A reference as it is written on the order or ticket: found by its index."""
    rows = session.scalars(
        sa.select(Interaction)
        .where(Interaction.reference.in_({letters, letters.upper()}))
        .order_by(Interaction.occurred_at.desc())
        .limit(limit)
        .options(joinedload(Interaction.contact), joinedload(Interaction.store))
    )
    return [Match(interaction.contact, interaction) for interaction in rows]


def _by_words(session: Session, words: list[str], limit: int) -> Sequence[Contact]:
    told = Contact.first_name + " " + Contact.last_name + " " + Contact.company
    known_by = told + " " + Contact.address
    wanted = [reads_as(known_by, word, before=True, after=True) for word in words]
    return session.scalars(
        sa.select(Contact)
        .where(*wanted)
        .order_by(Contact.last_name, Contact.first_name, Contact.id)
        .limit(limit)
    ).all()


def _freshness(match: Match) -> float:
    return -match.interaction.occurred_at.timestamp() if match.interaction else 0.0
