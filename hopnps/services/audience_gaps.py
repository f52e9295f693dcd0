"""Who gets a campaign's mail -> in which languages, what is missing of whom, and the people whose mail is likeliest to go wrong."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.models import Campaign, Contact, Store
from hopnps.services import audiences

COLUMNS: dict[str, Any] = {  # what a mail can say of a client, by the merge field's last word
    "first_name": Contact.first_name,
    "last_name": Contact.last_name,
    "company": Contact.company,
    "phone": Contact.phone,
    "owner": Contact.owner,
    "store": Store.name,
}


class Trait(StrEnum):
    """Why somebody's mail is worth a look before it leaves."""

    LONGEST = "longest"
    EMPTIEST = "emptiest"
    ACCENTS = "accents"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Gaps:
    """`languages`: how many are written to in each; `without`: how many have nothing in this field."""

    languages: dict[str, int] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)


def count(
    session: Session,
    campaign: Campaign,
    fields: Collection[str],
    *,
    cadence: Cadence,
    now: datetime,
) -> Gaps:
    """In one query; `fields` are keys of COLUMNS."""
    chosen = audiences.recipients(campaign, cadence=cadence, now=now)
    empty = [sa.func.sum(sa.case((is_empty(COLUMNS[name]), 1), else_=0)) for name in fields]
    rows = session.execute(
        _people(chosen, chosen.c.language, sa.func.count(), *empty).group_by(chosen.c.language)
    ).all()
    sums = {name: sum(row[2 + place] for row in rows) for place, name in enumerate(fields)}
    return Gaps(
        languages={row[0]: row[1] for row in sorted(rows, key=lambda row: -row[1])},
        without={name: number for name, number in sums.items() if number},
    )


def worst(
    session: Session, campaign: Campaign, gaps: Gaps, *, cadence: Cadence, now: datetime
) -> list[tuple[Contact, list[Trait]]]:
    """The recipients with the longest name, with the most gaps, with accents, one of each language; each once."""
    chosen = audiences.recipients(campaign, cadence=cadence, now=now)
    wanted = [(trait, _first(chosen, *how)) for trait, how in _looks(session, chosen, gaps)]
    if not wanted:
        return []
    found = session.execute(sa.select(*[select for _, select in wanted])).one()
    traits: dict[int, list[Trait]] = {}
    for (trait, _), contact_id in zip(wanted, found, strict=True):
        if contact_id is not None and trait not in traits.setdefault(contact_id, []):
            traits[contact_id].append(trait)
    people = session.scalars(sa.select(Contact).where(Contact.id.in_(traits)))
    known = {contact.id: contact for contact in people}
    return [(known[number], reasons) for number, reasons in traits.items() if number in known]


def one_of_each_language(
    session: Session, campaign: Campaign, *, cadence: Cadence, now: datetime
) -> dict[str, Contact]:
    """For each language that is spoken among the recipients, the first who reads it."""
    chosen = audiences.recipients(campaign, cadence=cadence, now=now)
    first = sa.select(sa.func.min(chosen.c.contact_id)).group_by(chosen.c.language)
    people: Any = session.execute(
        sa.select(chosen.c.language, Contact)
        .join(Contact, Contact.id == chosen.c.contact_id)
        .where(chosen.c.contact_id.in_(first))
    )
    return dict(people.all())


def is_empty(column: Any) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(sa.func.trim(column), "") == ""


def _looks(session: Session, chosen: sa.CTE, gaps: Gaps) -> list[tuple[Trait, tuple[Any, Any]]]:
    """For each trait its condition and its order."""
    name = Contact.first_name + Contact.last_name
    looks: list[tuple[Trait, tuple[Any, Any]]] = []
    if gaps.languages:
        looks.append((Trait.LONGEST, (sa.true(), sa.func.length(name).desc())))
    if gaps.without:
        missing = [sa.case((is_empty(COLUMNS[one]), 1), else_=0) for one in gaps.without]
        looks.append((Trait.EMPTIEST, (sa.true(), sum(missing[1:], missing[0]).desc())))
    if gaps.languages:
        looks.append((Trait.ACCENTS, (_beyond_ascii(session, name), sa.func.length(name).desc())))
    spoken = gaps.languages if len(gaps.languages) > 1 else ()
    return looks + [(Trait.LANGUAGE, (chosen.c.language == code, Contact.id)) for code in spoken]


def _first(chosen: sa.CTE, condition: Any, order: Any) -> sa.ScalarSelect[Any]:
    wanted = _people(chosen, Contact.id).where(condition)
    return wanted.order_by(order, Contact.id).limit(1).scalar_subquery()


def _people(chosen: sa.CTE, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(chosen)
        .join(Contact, Contact.id == chosen.c.contact_id)
        .outerjoin(Store, Store.id == Contact.store_id)
    )


def _beyond_ascii(session: Session, text: Any) -> sa.ColumnElement[bool]:
    """A letter that takes more than one byte."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.func.octet_length(text) > sa.func.length(text)
    return sa.func.length(sa.cast(text, sa.LargeBinary)) > sa.func.length(text)
