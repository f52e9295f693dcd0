"""Rows that a worker holds for a while -> the condition that finds them, without a search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    if not isinstance(lease, Lease):
        return sa.and_(Delivery.lease == str(lease), Delivery.state == DeliveryState.SENDING)
    return sa.and_(
        among(Delivery.id, lease.ids), Delivery.lease == str(lease), is_now(DeliveryState.SENDING)
    )


def held(*, by_ids: bool) -> sa.ColumnElement[bool]:
    """`mine` of any lease, for statements that are made once and asked for each batch with `named`."""
    name = Delivery.lease == sa.bindparam("lease")
    if not by_ids:
        return sa.and_(name, Delivery.state == DeliveryState.SENDING)
    return sa.and_(among(Delivery.id, "ids"), name, is_now(DeliveryState.SENDING))


def named(lease: str) -> dict[str, Any]:
    """The parameters of `held`."""
    ids = {"ids": lease.ids} if isinstance(lease, Lease) else {}
    return {"lease": str(lease)} | ids


def is_now(*states: DeliveryState) -> sa.ColumnElement[bool]:
    """The state of rows that are found by their numbers, kept from its index: by that, PostgreSQL would meet all rows
    that ever were in it, and look for each among all the numbers.
    """
    return sa.or_(*((Delivery.state + "") == state for state in states))
