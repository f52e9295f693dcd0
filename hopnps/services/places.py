"""Stores and regions as one tree, and the places of a colleague -> whose clients they see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.scope import WHOLE_HOUSE, Scope, only
from hopnps.models import Region, Role, Store, User, UserPlace

REGION, STORE = "region", "store"


@dataclass
class Place:
    """`key` is what a form sends: `region:3`, `store:7`."""

    key: str
    name: str
    inside: list[Place] = field(default_factory=list)

    def holds(self, keys: Iterable[str]) -> bool:
        """Whether one of these lies somewhere in it."""
        return any(place.key in keys or place.holds(keys) for place in self.inside)


def tree(session: Session) -> list[Place]:
    """Regions in regions, each with its stores; stores without a region last."""
    regions, stores = defaultdict(list), defaultdict(list)
    for region in session.execute(
        sa.select(Region.id, Region.name, Region.parent_id).order_by(Region.name_key)
    ):
        regions[region.parent_id].append(region)
    for store in session.execute(
        sa.select(Store.id, Store.name, Store.region_id).order_by(Store.name_key)
    ):
        stores[store.region_id].append(Place(f"{STORE}:{store.id}", store.name))

    def within(region_id: int | None) -> list[Place]:
        found = [
            Place(f"{REGION}:{region.id}", region.name, within(region.id))
            for region in regions[region_id]
        ]
        return found + stores[region_id]

    return within(None)


def every(places: Iterable[Place]) -> Iterator[Place]:
    """These places and all that lie in them."""
    for place in places:
        yield place
        yield from every(place.inside)


def key_of(place: UserPlace) -> str:
    """As in the tree."""
    return f"{REGION}:{place.region_id}" if place.region_id else f"{STORE}:{place.store_id}"


def names_of(user: User) -> list[str]:
    """The places this colleague was given, as they are called."""
    return sorted(str(place.region or place.store) for place in user.places)


def give(user: User, keys: Iterable[str]) -> None:
    """These places and no others; sales alone are given any, everybody else sees the whole house."""
    wanted = set(keys) if user.role == Role.SALES else set()
    had = {key_of(place): place for place in user.places}
    user.places = [had.get(key) or _place(key) for key in sorted(wanted)]


def scope_of(user: User) -> Scope:
    """Whose clients this colleague sees: those of their places, or of the whole house if they were given none."""
    if user.role != Role.SALES or not user.places:
        return WHOLE_HOUSE
    return only(
        stores=tuple(place.store_id for place in user.places if place.store_id),
        regions=tuple(place.region_id for place in user.places if place.region_id),
    )


def _place(key: str) -> UserPlace:
    kind, _, number = key.partition(":")
    return UserPlace(region_id=int(number)) if kind == REGION else UserPlace(store_id=int(number))
