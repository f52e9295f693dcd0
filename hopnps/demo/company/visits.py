"""Clients -> a year of their orders and workshop tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from hopnps.demo.company import names
from hopnps.demo.company.clients import shop_of
from hopnps.demo.company.ledger import Ledger, Row
from hopnps.models import Contact, Interaction

DAYS = 365
ORDER, TICKET = "order", "ticket"
KINDS = ((ORDER, "C", 80_000, names.ARTICLES, 1.9), (TICKET, "R", 20_000, names.REPAIRS, 1.3))


def invent_visits(ledger: Ledger, *, random: Random, now: datetime) -> None:
    """Also adds up on each contact what its orders came to ("dépenses", in euros)."""
    visits = [
        (now - timedelta(days=random.uniform(0.2, DAYS)), contact, kind)
        for contact in ledger.rows[Contact]
        for kind in KINDS
        for _time in range(_times(random, kind[4]))
    ]
    for number, (at, contact, kind) in enumerate(sorted(visits, key=lambda visit: visit[0])):
        if at > contact["created_at"]:
            _visit(ledger, random, number, at, contact, kind)


def _times(random: Random, mean: float) -> int:
    """Most come once or never, a few come often."""
    return min(9, int(random.expovariate(1 / mean)))


def _visit(
    ledger: Ledger, random: Random, number: int, at: datetime, contact: Row, kind: tuple
) -> None:
    name, letter, first_number, items, _mean = kind
    item = random.choice(items)
    amount = round(item[2] * random.uniform(0.8, 1.3), 2)
    if name == ORDER:
        attributes = contact["attributes"]
        attributes["dépenses"] = round(attributes.get("dépenses", 0) + amount, 2)
    ledger.add(
        Interaction,
        source="crm",
        kind=name,
        reference=f"{letter}-{first_number + number}",
        occurred_at=_in_opening_hours(at, random),
        contact_id=contact["id"],
        store_id=contact["store_id"],
        agent=random.choice(shop_of(contact).agents),
        data={"objet": item[0], "object": item[1], "montant": amount},
        created_at=at,
    )


def _in_opening_hours(at: datetime, random: Random) -> datetime:
    """Some moment between 8 and 17 UTC of that day or, where that is still to come, of the day before."""
    hour = at.replace(hour=random.randrange(8, 17), minute=random.randrange(60), second=0)
    return hour if hour <= at else hour - timedelta(days=1)
