"""A select and a scope -> the select narrowed to what the scope may see: every read for a person starts here.

Clients, their mails and clicks belong to the client's store of today. Answers belong to the store and region they
were given in; orders and tickets to their own store, or to the client's where they name none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import sqlalchemy as sa

from hopnps.domain.scope import Scope, only
from hopnps.domain.text import name_key
from hopnps.models import (
    CampaignSkip,
    Click,
    Contact,
    Delivery,
    Interaction,
    Invitation,
    MonthRollup,
    Region,
    Response,
    Rollup,
    Store,
    Visit,
)

FEW = 5  # stores
MANY = 20_000  # clients
Ids = sa.Select[Any] | Iterable[int]
Asked = TypeVar("Asked", bound=sa.Select)


def narrow(asked: Asked, table: type, scope: Scope) -> Asked:
    """`asked`, which selects from `table`, without the rows outside the scope. Raises KeyError for a table that
    knows no scope."""
    return asked if scope.whole else asked.where(within(table, scope))


def within(table: type, scope: Scope) -> sa.ColumnElement[bool]:
    """The same as a condition, for an aggregate or a query of Flask-Admin."""
    if scope.whole:
        return sa.true()
    if (
        not scope.regions
    ):  # the stores by name of their numbers: the database then knows how few they are
        return _RULES[table](scope.stores or (), ())
    regions = regions_within(scope.regions)
    stores = sa.select(Store.id).where(
        sa.or_(Store.id.in_(scope.stores or ()), Store.region_id.in_(regions))
    )
    return _RULES[table](stores, regions)


def by_the_row(scope: Scope) -> sa.ColumnElement[bool]:
    """The rule for clients whom another index finds: written so that no planner walks through whole stores instead."""
    if scope.whole:
        return sa.true()
    stores = narrow(sa.select(Store.id), Store, scope)
    return sa.func.nullif(Contact.store_id, 0).in_(stores)


def newest(asked: Asked, number: Any, scope: Scope, session: Any) -> Asked:
    """`asked`, of clients or joined to them, narrowed to clients of the scope, the highest number first: a small place
    is read by its own index, where nothing new would let a walk backwards read a table to its first row; in a large
    one that walk soon finds enough."""
    if scope.whole or is_large(scope, session):
        return asked.where(by_the_row(scope)).order_by(number.desc())
    return narrow(asked, Contact, scope).order_by(sa.func.nullif(number, 0).desc())


def is_large(scope: Scope, session: Any) -> bool:
    """Whether many clients lie in the scope; they are counted so far along their index and no further."""
    beyond = narrow(sa.select(sa.literal(1)).select_from(Contact), Contact, scope)
    return session.scalar(beyond.offset(MANY).limit(1)) is not None


def is_small(scope: Scope) -> bool:
    """Whether it is quicker to read all that lies in the scope than to look through a long list for it."""
    return not scope.whole and not scope.regions and len(scope.stores or ()) <= FEW


def knows(table: type) -> bool:
    """Whether the rows of this table lie somewhere; those of others (surveys, brands, ...) are the whole house's."""
    return table in _RULES


def visit_within(scope: Scope) -> sa.ColumnElement[bool]:
    """The rule for orders and tickets where their client is known to lie in the scope: cheaper to ask."""
    if scope.whole:
        return sa.true()
    stores = narrow(sa.select(Store.id), Store, scope)
    return sa.or_(Interaction.store_id.is_(None), Interaction.store_id.in_(stores))


def sees(row: Any, scope: Scope, session: Any) -> bool:
    """Whether this one row lies in the scope."""
    if scope.whole:
        return True
    table = type(row)
    return bool(
        session.scalar(sa.select(sa.exists().where(table.id == row.id, within(table, scope))))
    )


def named(session: Any, *, stores: Iterable[str], regions: Iterable[str]) -> Scope:
    """The scope of these places by name; a name that nobody knows adds nothing to it."""
    return only(stores=_ids(session, Store, stores), regions=_ids(session, Region, regions))


def _ids(session: Any, table: Any, names: Iterable[str]) -> tuple[int, ...]:
    keys = {name_key(name) for name in names}
    return tuple(session.scalars(sa.select(table.id).where(table.name_key.in_(keys))))


def regions_within(regions: Iterable[int]) -> sa.Select[Any]:
    """These regions with all regions in them."""
    reached = (
        sa.select(Region.id).where(Region.id.in_(regions)).cte(recursive=True)
    )  # without a name: two may stand in one statement
    reached = reached.union(sa.select(Region.id).join(reached, Region.parent_id == reached.c.id))
    return sa.select(reached.c.id)


def _of_contact(column: Any) -> Callable[[Ids, Ids], sa.ColumnElement[bool]]:
    return lambda stores, _regions: column.in_(
        sa.select(Contact.id).where(Contact.store_id.in_(stores))
    )


def _given_in(table: Any) -> Callable[[Ids, Ids], sa.ColumnElement[bool]]:
    """What keeps the store and region of its own moment."""
    columns = table.__table__.c

    def lies(stores: Ids, regions: Ids) -> sa.ColumnElement[bool]:
        store = columns.store_id.in_(stores)
        by_region = isinstance(regions, sa.Select)
        return sa.or_(store, columns.region_id.in_(regions)) if by_region else store

    return lies


def _of_invitation(column: Any) -> Callable[[Ids, Ids], sa.ColumnElement[bool]]:
    return lambda stores, _regions: column.in_(
        sa.select(Invitation.id).join(Invitation.contact).where(Contact.store_id.in_(stores))
    )


def _interactions(stores: Ids, regions: Ids) -> sa.ColumnElement[bool]:
    clients = _of_contact(Interaction.contact_id)(stores, regions)
    return sa.or_(
        Interaction.store_id.in_(stores), sa.and_(Interaction.store_id.is_(None), clients)
    )


_RULES: dict[type, Callable[[Ids, Ids], sa.ColumnElement[bool]]] = {
    Contact: lambda stores, _: Contact.store_id.in_(stores),
    Store: lambda stores, _: Store.id.in_(stores),
    Region: lambda _, regions: Region.id.in_(regions),
    Response: _given_in(Response),
    Rollup: _given_in(Rollup),
    MonthRollup: _given_in(MonthRollup),
    Interaction: _interactions,
    Invitation: _of_contact(Invitation.contact_id),
    CampaignSkip: _of_contact(CampaignSkip.contact_id),
    Delivery: _of_invitation(Delivery.invitation_id),
    Click: _of_invitation(Click.invitation_id),
    Visit: lambda stores, regions: (
        sa.or_(Visit.store_id.in_(stores), Visit.region_id.in_(regions))
        if isinstance(regions, sa.Select)
        else Visit.store_id.in_(stores)
    ),
}
