"""Rows that a worker holds for a while -> the condition that finds them, without a search."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from hopnps.models import Delivery, DeliveryState
from hopnps.services.id_sets import among


class Lease(str):
    """The name of one claim, the rows that it took (a search by name would meet all rows ever held), of which campaign."""

    ids: tuple[int, ...]
    queue: int | None

    def __new__(cls, name: str, ids: Iterable[int], queue: int | None = None) -> Lease:
        made = super().__new__(cls, name)
        made.ids, made.queue = tuple(ids), queue
        return made


def mine(lease: str) -> sa.ColumnElement[bool]:
    """The rows that this lease still holds."""
    held = sa.and_(Delivery.lease == str(lease), Delivery.state == DeliveryState.SENDING)
    return sa.and_(among(Delivery.id, lease.ids), held) if isinstance(lease, Lease) else held
