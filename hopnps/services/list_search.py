"""What is typed above a long list -> the ids it may mean, by looks that cost as much in a million rows as in a thousand.

The newest rows that one may see are read letter by letter; where there are no more these are all. Among the others a
text is found by its beginning, through its index, and a client number as it is written. No look counts a row that lies
outside the scope: what others have does not hide what one's own stores have.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import Contact, Response
from hopnps.services import scopes
from hopnps.services.name_ranges import beginning
from hopnps.services.portable import reads_as

NEWEST = 50_000  # rows that are read letter by letter
CANDIDATES = 2000  # rows that an index may propose
MOST = 1000  # ids that one look may find
MOST_WORDS = 5
BEGINNINGS = (Contact.last_name, Contact.first_name, Contact.company)
NAME = Contact.first_name + " " + Contact.last_name + " " + Contact.company
KNOWN_BY = NAME + " " + sa.func.coalesce(Contact.external_id, "")


def contacts(session: Session, typed: str, *, scope: Scope = WHOLE_HOUSE) -> set[int]:
    """Clients the scope sees with this address, or one that begins so; else those of whom every word stands in name,
    company or client number."""
    if "@" in typed:
        return _contacts_by_address(session, typed.strip().lower(), scope)
    words = typed.split()[:MOST_WORDS]
    reads = every_word(KNOWN_BY, words)
    found = set(session.scalars(_among_newest_contacts(reads, scope)))
    if scope.whole or is_partial(session, Contact, scope=scope):
        found |= _contacts_by_index(session, typed, reads, scope)
    return found


def answers(session: Session, typed: str, *, scope: Scope = WHOLE_HOUSE) -> sa.ColumnElement[bool]:
    """Answers whose comment holds every word, or whose client is found by them, looked for where the scope sees."""
    known, words = contacts(session, typed, scope=scope), typed.split()[:MOST_WORDS]
    if "@" in typed:
        return Response.contact_id.in_(known)
    if not scope.whole:  # who answered here may have gone to a store outside the scope since
        known |= _contacts_by_index(session, typed, every_word(KNOWN_BY, words), WHOLE_HOUSE)
    said = set(session.scalars(_answers_that_say(words, scope)))
    return sa.or_(Response.id.in_(said), Response.contact_id.in_(known))


def is_partial(session: Session, table: Any, *, scope: Scope = WHOLE_HOUSE) -> bool:
    """Whether the scope holds more rows of the table than are read letter by letter."""
    if scopes.is_small(scope):  # its lists read them all
        return False
    if scope.whole:
        return (session.scalar(sa.select(sa.func.max(table.id))) or 0) > NEWEST
    beyond = scopes.narrow(sa.select(table.id), table, scope).offset(NEWEST).limit(1)
    return session.scalar(beyond) is not None


def every_word(text: Any, words: list[str]) -> sa.ColumnElement[bool]:
    """Whether each word stands somewhere in a text."""
    return sa.and_(sa.true(), *(reads_as(text, word, before=True, after=True) for word in words))


def _among_newest_contacts(reads: Any, scope: Scope) -> sa.Select[int]:
    """Found by an index that knows their places; only those that are kept are opened."""
    seen = scopes.narrow(sa.select(Contact.id), Contact, scope)
    newest = seen.order_by(Contact.id.desc()).limit(NEWEST).subquery()
    return sa.select(Contact.id).join(newest, newest.c.id == Contact.id).where(reads).limit(MOST)


def _answers_that_say(words: list[str], scope: Scope) -> sa.Select[int]:
    """The newest are opened to see where they were given, so their comments are taken along."""
    seen = scopes.narrow(sa.select(Response.id, Response.comment), Response, scope)
    newest = seen.order_by(Response.answered_at.desc()).limit(NEWEST).subquery().c
    return sa.select(newest.id).where(every_word(newest.comment, words)).limit(MOST)


def _contacts_by_index(session: Session, typed: str, reads: Any, scope: Scope) -> set[int]:
    words = typed.split()[:MOST_WORDS]
    found: set[int] = set()
    for word in (typed.strip(), *words) if len(words) > 1 else words:
        found |= _contacts_that_begin(session, word, reads, scope)
    return found


def _contacts_that_begin(session: Session, typed: str, reads: Any, scope: Scope) -> set[int]:
    found: set[int] = set()
    for column in BEGINNINGS:
        begins = beginning(column, typed, scope=scope, limit=CANDIDATES)
        ids = session.scalars(begins).all()
        asked = sa.select(Contact.id).where(Contact.id.in_(ids), reads).limit(MOST)
        found |= set(session.scalars(asked)) if ids else set()
    return found | set(session.scalars(scopes.narrow(with_number(typed), Contact, scope)))


def _contacts_by_address(session: Session, typed: str, scope: Scope) -> set[int]:
    whole = scopes.narrow(sa.select(Contact.id), Contact, scope).where(Contact.address == typed)
    begins = beginning(Contact.address, typed, scope=scope, limit=MOST)
    return set(session.scalars(whole.limit(MOST))) or set(session.scalars(begins))


def with_number(typed: str) -> sa.Select[int]:
    """Whatever the source it comes from: each source is one look into the index."""
    first = sa.select(sa.func.min(Contact.source).label("source")).cte("sources", recursive=True)
    following = sa.select(sa.func.min(Contact.source)).where(Contact.source > first.c.source)
    sources = first.union_all(
        sa.select(following.scalar_subquery()).where(first.c.source.is_not(None))
    )
    few = sa.select(sources.c.source).where(sources.c.source.is_not(None)).limit(20)
    spelt = {typed, typed.upper(), typed.lower()}
    return sa.select(Contact.id).where(Contact.source.in_(few), Contact.external_id.in_(spelt))
