"""Stores and regions, as typed on a screen -> rows, found again by their folded names."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Invalid, Refused
from hopnps.domain.text import name_key
from hopnps.models import Contact, Interaction, Region, Response, Store, UserPlace


def save(session: Session, store: Store | None, *, name: str, region_id: int | None) -> Store:
    """A new store (None) or a changed one. Raises Invalid for a name that is empty or taken."""
    store = store or Store()
    _name(session, store, name)
    store.region = session.get(Region, region_id) if region_id else None
    session.add(store)
    session.flush()
    return store


def save_region(
    session: Session, region: Region | None, *, name: str, parent_id: int | None = None
) -> Region:
    """A new region (None) or a changed one. Raises Invalid for a name that is empty or taken, and for a region that
    would lie in itself."""
    region = region or Region()
    _name(session, region, name)
    region.parent = _parent(session, region, parent_id)
    session.add(region)
    session.flush()
    return region


def remove(session: Session, place: Store | Region) -> None:
    """Raises Refused as `check_removal` does."""
    check_removal(session, place)
    session.delete(place)


def check_removal(session: Session, place: Store | Region) -> None:
    """Raises Refused while colleagues, contacts, orders, answers, stores or other regions belong to the place."""
    if isinstance(place, Store):
        _keep_if_given(session, place, UserPlace.store_id)
        _keep_if_used(session, place, (Contact.store_id, Interaction.store_id, Response.store_id))
    else:
        _keep_if_given(session, place, UserPlace.region_id)
        _keep_if_used(session, place, (Store.region_id, Response.region_id, Region.parent_id))


def _name(session: Session, place: Store | Region, name: str) -> None:
    key = name_key(name)
    if not key:
        raise Invalid(N_("A name is needed here."), field="name")
    kind: Any = type(place)
    with session.no_autoflush:
        holder = session.scalar(sa.select(kind).where(kind.name_key == key))
    if holder is not None and holder is not place:
        raise Invalid(N_("%(name)s is already here."), field="name", name=holder.name)
    place.name, place.name_key = name.strip(), key


def _parent(session: Session, region: Region, parent_id: int | None) -> Region | None:
    with session.no_autoflush:
        parent = above = session.get(Region, parent_id) if parent_id else None
        while above is not None:
            if above is region:
                raise Invalid(
                    N_("%(name)s cannot lie in itself, nor in a region that lies in it."),
                    field="parent_id",
                    name=region.name,
                )
            above = above.parent
    return parent


def _keep_if_given(session: Session, place: Store | Region, column: Any) -> None:
    """Without their place these colleagues would see the whole house."""
    if session.scalar(sa.select(column).where(column == place.id).limit(1)) is not None:
        raise Refused(N_("%(name)s stays: it is the place of a colleague."), name=place.name)


def _keep_if_used(session: Session, place: Store | Region, users: tuple[Any, ...]) -> None:
    for column in users:
        if session.scalar(sa.select(column).where(column == place.id).limit(1)) is not None:
            raise Refused(
                N_("%(name)s stays: contacts, orders or answers belong to it."), name=place.name
            )
