"""Names and shops -> the clients of the demo."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from hopnps.demo.company import names
from hopnps.demo.company.ledger import Ledger, Row
from hopnps.demo.company.places import REGIONS, SHOPS, Shop
from hopnps.domain.languages import ENGLISH, FRENCH
from hopnps.domain.text import name_key, slugify
from hopnps.models import Contact, Region, Store

ENGLISH_SHARE, PRO_SHARE, WITHOUT_ADDRESS, SHARED_ADDRESS = 0.14, 0.11, 0.03, 0.015
OLDEST_DAYS = 900


def open_shops(ledger: Ledger) -> None:
    for name in REGIONS:
        ledger.add(Region, name=name, name_key=name_key(name))
    for shop in SHOPS:
        region_id = REGIONS.index(shop.region) + 1
        ledger.add(Store, name=shop.name, name_key=name_key(shop.name), region_id=region_id)


def invent_clients(ledger: Ledger, count: int, *, random: Random, now: datetime) -> None:
    """Contacts of the source "crm"; one row in a hundred or so shares its address with the one before."""
    taken: set[str] = set()
    shops = random.choices(SHOPS, [shop.weight for shop in SHOPS], k=count)
    for number, shop in enumerate(shops, 1):
        created_at = now - timedelta(days=OLDEST_DAYS * random.random() ** 0.6)
        values = _person(random, taken) | _dealings(random, shop)
        if number > 1 and values["email"] and random.random() < SHARED_ADDRESS:
            values["email"] = ledger.rows[Contact][-1]["email"]
        ledger.add(
            Contact,
            source="crm",
            external_id=f"T-{10_000 + number}",
            **values,
            address=values["email"],
            store_id=shop.id,
            created_at=created_at,
            updated_at=created_at,
        )


def _person(random: Random, taken: set[str]) -> dict[str, Any]:
    english = random.random() < ENGLISH_SHARE
    firsts = names.ENGLISH_FIRST if english else names.FRENCH_FIRST
    lasts = names.ENGLISH_LAST if english else names.FRENCH_LAST
    first, last = random.choice(firsts), random.choice(lasts)
    is_pro = random.random() < PRO_SHARE
    company = random.choice(names.ENGLISH_COMPANIES if english else names.COMPANIES)
    return {
        "first_name": first,
        "last_name": last,
        "email": _email(first, last, english, random, taken),
        "company": company.format(last=last) if is_pro else "",
        "phone": _phone(random, english),
        "language": ENGLISH if english else FRENCH,
        "tags": sorted({"pro"} if is_pro else set(random.choices(names.TAGS, k=2))),
    }


def _dealings(random: Random, shop: Shop) -> dict[str, Any]:
    attributes = {"vélo": random.choice(names.BICYCLES)}
    if random.random() < 0.4:
        attributes["carte"] = "Fidélité"
    return {
        "owner": random.choice(shop.agents),
        "attributes": attributes,
        "notes": random.choice(names.NOTES) if random.random() < 0.06 else "",
    }


def _email(first: str, last: str, english: bool, random: Random, taken: set[str]) -> str:
    """Invented, and reserved by RFC 2606: no such mail can reach anybody."""
    if random.random() < WITHOUT_ADDRESS:
        return ""
    local = name = f"{slugify(first)}.{slugify(last)}"
    number = 1
    while local in taken:
        number += 1
        local = f"{name}{number}"
    taken.add(local)
    return f"{local}@example.{'com' if english else 'org'}"


def _phone(random: Random, english: bool) -> str:
    """From the ranges that both countries keep for fiction."""
    if random.random() < 0.2:
        return ""
    tail = random.randrange(10_000)
    if english:
        return f"+44 7700 900{tail % 1000:03d}"
    return f"06 39 98 {tail // 100:02d} {tail % 100:02d}"


def shop_of(contact: Row) -> Shop:
    return SHOPS[contact["store_id"] - 1]
