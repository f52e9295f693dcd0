"""A claimed batch -> a row for each of its letters, with no more of the client than these letters say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from hopnps.models import Address, Contact, Delivery, Interaction, Invitation, Region, Store
from hopnps.services import leases

_Place = aliased(Store)  # where the interaction was; `store` falls back on the contact's own
_KIND: dict[str, Any] = {
    "version_id": Invitation.template_version_id,
    "survey_id": Invitation.survey_id,
    "survey_version_id": Invitation.survey_version_id,
    "language": Invitation.language,
}
_CLAIMED: dict[str, Any] = {
    "id": Delivery.id,
    "number": Delivery.number,
    "campaign_id": Delivery.campaign_id,
    "attempts": Delivery.attempts,
    "first_tried_at": Delivery.first_tried_at,
    "invitation_id": Invitation.id,
    "created_at": Invitation.created_at,
    "address_id": Invitation.address_id,
    "email": Address.email,
}
_ALWAYS = _CLAIMED | {
    "contact.first_name": Contact.first_name,
    "contact.last_name": Contact.last_name,
}
_FIELDS: dict[str, Any] = {
    "contact.company": Contact.company,
    "contact.email": Contact.email,
    "contact.phone": Contact.phone,
    "contact.owner": Contact.owner,
    "contact.attributes": Contact.attributes,
    "interaction.reference": Interaction.reference,
    "interaction.kind": Interaction.kind,
    "interaction.date": Interaction.occurred_at,
    "interaction.agent": Interaction.agent,
    "interaction.store": _Place.name,
    "interaction.data": Interaction.data,
    "store.name": Store.name,
    "store.region": Region.name,
}


class Kind(NamedTuple):
    """What letters have in common that are written alike; each row of a batch begins with it."""

    version_id: int
    survey_id: int | None
    survey_version_id: int | None
    language: str


class Claimed(NamedTuple):
    """What follows in each row: the mail and whom it goes to. SQLAlchemy's rows take far longer to name a column."""

    id: int
    number: int
    campaign_id: int | None
    attempts: int
    first_tried_at: datetime | None
    invitation_id: int
    created_at: datetime
    address_id: int
    email: str


class Batch(NamedTuple):
    """`places` says where in a row a field stands."""

    places: dict[str, int]
    rows: Sequence[sa.Row[Any]]

    def kinds(self) -> set[Kind]:
        """Those of its letters."""
        return {Kind._make(row[: len(_KIND)]) for row in self.rows}


def letters(session: Session, lease: str, fields: Iterable[str]) -> Batch:
    """The letters' rows, oldest first, with these fields of the client."""
    said, wanted = leases.named(lease), frozenset(fields)
    rows = session.connection().execute(_letters(wanted, "ids" in said), said).all()
    return Batch(places(wanted), rows)


def told_apart(row: Sequence[Any]) -> tuple[Kind, Claimed]:
    """The kind of a letter, and its mail."""
    return Kind._make(row[: len(_KIND)]), Claimed._make(
        row[len(_KIND) : len(_KIND) + len(_CLAIMED)]
    )


def notices(session: Session, lease: str) -> Sequence[Delivery]:
    """The deliveries of this batch that go to colleagues, oldest first."""
    held = sa.select(Delivery).where(leases.mine(lease), Delivery.notice_id.is_not(None))
    held = held.order_by(Delivery.due_at, Delivery.id).options(joinedload(Delivery.notice))
    return session.scalars(held.execution_options(populate_existing=True)).all()


def places(fields: Iterable[str]) -> dict[str, int]:
    """Where in a row each column stands, if these fields are read."""
    return {name: place for place, name in enumerate(_columns(fields))}


def fields_meant(asks: Iterable[str]) -> list[str]:
    """The fields behind what a text names; "contact" is all that is known of them, and `contact.attributes.city`
    stands in `contact.attributes`."""
    wanted = {".".join(name.split(".")[:2]) for name in asks}
    known = [name for name in (*_ALWAYS, *_FIELDS) if "." in name]
    return [name for name in known if name in wanted or name.partition(".")[0] in wanted]


@lru_cache(maxsize=64)
def _letters(fields: frozenset[str], by_ids: bool) -> sa.Select[Any]:
    columns = _columns(fields)
    rooms = {name.partition(".")[0] for name in columns}
    said = (column.label(name.replace(".", "_")) for name, column in columns.items())
    rows = sa.select(*said).select_from(Delivery)
    rows = rows.join(Invitation, Invitation.id == Delivery.invitation_id)
    rows = rows.join(Address, Address.id == Invitation.address_id)
    rows = rows.join(Contact, Contact.id == Invitation.contact_id)
    if {"interaction", "store"} & rooms:
        rows = rows.outerjoin(Interaction, Interaction.id == Invitation.interaction_id)
        rows = rows.outerjoin(_Place, _Place.id == Interaction.store_id)
    if "store" in rooms:
        place = sa.func.coalesce(Interaction.store_id, Contact.store_id)
        rows = rows.outerjoin(Store, Store.id == place)
        rows = rows.outerjoin(Region, Region.id == Store.region_id)
    return rows.where(leases.held(by_ids=by_ids)).order_by(Delivery.due_at, Delivery.id)


def _columns(fields: Iterable[str]) -> dict[str, Any]:
    return _KIND | _ALWAYS | {name: _FIELDS[name] for name in sorted(fields) if name in _FIELDS}
