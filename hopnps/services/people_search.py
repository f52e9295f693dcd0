"""A few letters of a name, an address, a company or a reference -> the clients they may mean, with what to ask about.

Every look is bounded, so that a million clients cost no more than a thousand: the number of an order by its index, the
latest orders and tickets letter by letter, beginnings of names by their indexes, the newest clients letter by letter.
The bounds count what the scope sees: what other stores have does not hide what one's own have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from hopnps.domain.errors import N_, NotFound
from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import Contact, Interaction
from hopnps.services.list_search import with_number
from hopnps.services.name_ranges import beginning
from hopnps.services.portable import reads_as
from hopnps.services.scopes import narrow, newest, sees, visit_within, within

FEWEST_LETTERS = 2
LATELY = 2000  # orders and tickets, and clients, that are read letter by letter
CANDIDATES = 2000  # rows that an index may propose before the other words are looked at
BEGINNINGS = (Contact.last_name, Contact.first_name, Contact.company, Contact.address)
_TOLD = Contact.first_name + " " + Contact.last_name + " " + Contact.company + " " + Contact.address
_KNOWN_BY = _TOLD + " " + sa.func.coalesce(Contact.external_id, "")


@dataclass(frozen=True)
class Match:
    """A client, and the order or ticket to ask about: the one named, else the latest; None without any."""

    contact: Contact
    interaction: Interaction | None


def search(
    session: Session, letters: str, *, scope: Scope = WHOLE_HOUSE, limit: int = 8
) -> list[Match]:
    """Clients the scope sees of whom every word typed stands in a name, address, company or reference; those of the
    latest orders and tickets first. Nothing for fewer than FEWEST_LETTERS letters."""
    words = letters.split()[:6]
    if sum(map(len, words)) < FEWEST_LETTERS:
        return []
    found: dict[int, Match] = {}
    for match in _matches(session, words, scope, limit):
        found.setdefault(match.contact.id, match)
        if len(found) == limit:
            break
    return list(found.values())


def latest(session: Session, *, scope: Scope = WHOLE_HOUSE, limit: int = 8) -> list[Match]:
    """Who was here lately: a place to start before a letter is typed."""
    found: dict[int, Match] = {}
    for match in _lately(session, sa.true(), scope, limit * 2):
        found.setdefault(match.contact.id, match)
    return list(islice(found.values(), limit))


def is_partial(session: Session, *, scope: Scope = WHOLE_HOUSE) -> bool:
    """Whether the scope holds more clients than are read letter by letter."""
    beyond = narrow(sa.select(Contact.id), Contact, scope).offset(LATELY).limit(1)
    return session.scalar(beyond) is not None


def contact(session: Session, contact_id: int, *, scope: Scope = WHOLE_HOUSE) -> Contact:
    """Raises NotFound, also for a client outside the scope."""
    found = session.get(Contact, contact_id)
    if found is None or not sees(found, scope, session):
        raise NotFound(N_("This client is not in the list any more."))
    return found


def interaction_of(
    session: Session, contact: Contact, interaction_id: int, *, scope: Scope = WHOLE_HOUSE
) -> Interaction:
    """An order, ticket, ... of this contact. Raises NotFound, also for somebody else's."""
    found = session.get(Interaction, interaction_id)
    if found is None or found.contact_id != contact.id or not sees(found, scope, session):
        raise NotFound(N_("This order or ticket belongs to somebody else."))
    return found


def recent_interactions(
    session: Session, contact: Contact, *, scope: Scope = WHOLE_HOUSE, limit: int = 5
) -> Sequence[Interaction]:
    """What happened lately with one contact of the scope, the latest first."""
    return session.scalars(
        sa.select(Interaction)
        .where(Interaction.contact_id == contact.id, visit_within(scope))
        .order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
        .limit(limit)
        .options(joinedload(Interaction.store))
    ).all()


def latest_interactions(
    session: Session, contact_ids: Sequence[int], *, scope: Scope = WHOLE_HOUSE
) -> dict[int, Interaction]:
    """The latest order, ticket, ... of each of these contacts that has one."""
    if not contact_ids:
        return {}
    turn = sa.func.row_number().over(
        partition_by=Interaction.contact_id,
        order_by=(Interaction.occurred_at.desc(), Interaction.id.desc()),
    )
    asked = sa.select(Interaction.id, turn.label("turn"))
    ranked = asked.where(Interaction.contact_id.in_(contact_ids), visit_within(scope)).subquery()
    rows = session.scalars(
        sa.select(Interaction)
        .join(ranked, sa.and_(ranked.c.id == Interaction.id, ranked.c.turn == 1))
        .options(joinedload(Interaction.store))
    )
    return {interaction.contact_id: interaction for interaction in rows}


def _matches(session: Session, words: list[str], scope: Scope, limit: int) -> Iterator[Match]:
    """From the likeliest look to the last; a look is taken only where those before it found too few."""
    whole = " ".join(words)
    yield from _by_reference(session, whole, scope, limit)
    # one condition on both tables, so that no planner begins with all clients
    reads = sa.or_(_all_read(words, _KNOWN_BY), _reads(Interaction.reference, whole))
    yield from _lately(session, reads, scope, limit * 4)
    yield from _with_latest(session, _by_number(session, whole, scope, limit), scope)
    for typed in dict.fromkeys([whole, *sorted(words, key=len, reverse=True)[:3]]):
        for column in BEGINNINGS if len(typed) >= FEWEST_LETTERS else ():
            yield from _with_latest(
                session, _by_beginning(session, column, typed, words, scope, limit), scope
            )
    yield from _with_latest(session, _newest(session, words, scope, limit), scope)


def _by_reference(session: Session, typed: str, scope: Scope, limit: int) -> list[Match]:
    """A reference as it is written on the order or ticket: found by its index."""
    asked = (
        sa.select(Interaction)
        .join(Interaction.contact)
        .where(Interaction.reference.in_({typed, typed.upper()}), within(Contact, scope))
    )
    return _shown(session, asked, scope, limit)


def _lately(session: Session, reads: Any, scope: Scope, limit: int) -> list[Match]:
    """The latest orders and tickets that the scope sees whose client, or number, reads so."""
    recent = sa.select(Interaction.id).join(Interaction.contact)
    recent = newest(recent, Interaction.id, scope, session).limit(LATELY)
    asked = (
        sa.select(Interaction)
        .join(Interaction.contact)
        .where(Interaction.id.in_(session.scalars(recent).all()), reads, within(Contact, scope))
    )
    return _shown(session, asked, scope, limit)


def _shown(session: Session, asked: Any, scope: Scope, limit: int) -> list[Match]:
    rows = session.scalars(
        asked.where(visit_within(scope))
        .order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
        .limit(limit)
        .options(contains_eager(Interaction.contact), joinedload(Interaction.store))
    )
    return [Match(interaction.contact, interaction) for interaction in rows]


def _by_number(session: Session, typed: str, scope: Scope, limit: int) -> Sequence[Contact]:
    """A client number as it is written, whatever the source it comes from."""
    asked = sa.select(Contact).where(Contact.id.in_(with_number(typed)))
    return session.scalars(narrow(asked, Contact, scope).limit(limit)).all()


def _by_beginning(
    session: Session, column: Any, typed: str, words: list[str], scope: Scope, limit: int
) -> Sequence[Contact]:
    """Clients of whom one text begins as typed, and every word stands somewhere."""
    ids = session.scalars(beginning(column, typed, scope=scope, limit=CANDIDATES)).all()
    if not ids:
        return []
    return _read(session, Contact.id.in_(ids), words, scope, limit)


def _newest(session: Session, words: list[str], scope: Scope, limit: int) -> Sequence[Contact]:
    """The newest clients, letter by letter: in a small house these are all."""
    latest_ids = newest(sa.select(Contact.id), Contact.id, scope, session).limit(LATELY)
    among = Contact.id.in_(session.scalars(latest_ids).all())
    return _read(session, among, words, scope, limit)


def _read(
    session: Session, among: Any, words: list[str], scope: Scope, limit: int
) -> Sequence[Contact]:
    asked = sa.select(Contact).where(among, _all_read(words, _KNOWN_BY))
    asked = narrow(asked, Contact, scope)
    return session.scalars(
        asked.order_by(Contact.last_name, Contact.first_name, Contact.id).limit(limit)
    ).all()


def _all_read(words: list[str], text: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*(_reads(text, word) for word in words))


def _reads(text: Any, word: str) -> sa.ColumnElement[bool]:
    return reads_as(text, word, before=True, after=True)


def _with_latest(session: Session, contacts: Sequence[Contact], scope: Scope) -> list[Match]:
    """Those with the latest order or ticket first."""
    latest = latest_interactions(session, [one.id for one in contacts], scope=scope)
    matches = [Match(contact, latest.get(contact.id)) for contact in contacts]
    return sorted(matches, key=_freshness)


def _freshness(match: Match) -> float:
    return -match.interaction.occurred_at.timestamp() if match.interaction else 0.0
