"""Who gave a past answer: the contact of this external id or address, or one that is yet to be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.response_csv import Answer
from hopnps.models import Contact

T = TypeVar("T")
_table: Any = Contact.__table__
AT_ONCE = 5_000  # values in one statement: well under what either database takes


@dataclass(eq=False)
class Client:
    """A contact as far as an answer needs it; without `id` it is yet to be made."""

    source: str
    external_id: str
    email: str
    address: str
    id: int | None = None
    store: int | None = None  # its id, or below zero: a number of the store book
    language: str = ""
    owner: str = ""


@dataclass
class Clients:
    """All contacts that these answers may belong to, each found by its external id or its address."""

    by_external_id: dict[str, list[Client]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[str, list[Client]] = field(default_factory=lambda: defaultdict(list))
    new: list[Client] = field(default_factory=list)

    @classmethod
    def of(cls, session: Session, answers: Sequence[Answer]) -> Clients:
        """Look them up, thousands at a time."""
        clients = cls()
        known: dict[int, Client] = {}
        for column, values in (
            (Contact.external_id, {answer.external_id for answer in answers}),
            (Contact.address, {answer.address for answer in answers}),
        ):
            for some in slices(sorted(values - {""})):
                for row in session.execute(_SELECTED.where(column.in_(some))):
                    known[row.id] = Client(**row._mapping)
        for client in known.values():
            clients._add(client)
        return clients

    def find(self, answer: Answer) -> Client | None:
        """The contact who gave this answer, None if nobody is known.

        An external id without a source is looked for in all of them, and before the address. Raises Invalid where
        several contacts answer to what the line says.
        """
        return self._by_external_id(answer) or self._by_address(answer)

    def find_or_add(self, answer: Answer, store: int | None) -> Client | None:
        """The same, with a new contact of this store if nobody is known; None for an anonymous answer."""
        found = self.find(answer)
        if found or answer.is_anonymous:
            return found
        names = (answer.source, answer.external_id, answer.email, answer.address)
        made = Client(*names, store=store, language=answer.language)
        self.new.append(made)
        self._add(made)
        return made

    def make_new(self, session: Session, stores: Mapping[int, int], *, now: datetime) -> None:
        """Make the contacts that were missing; `stores`: number in the store book -> id."""
        if not self.new:
            return
        before = session.scalar(sa.select(sa.func.coalesce(sa.func.max(Contact.id), 0)))
        for some in slices(self.new):
            rows = [_values(client, stores, now) for client in some]
            session.execute(sa.insert(_table), rows)
        made = _SELECTED.where(Contact.id > before, Contact.created_at == now)
        ids = {_identity(row): row.id for row in session.execute(made)}
        for client in self.new:
            client.id = ids[_identity(client)]

    def _add(self, client: Client) -> None:
        if client.external_id:
            self.by_external_id[client.external_id].append(client)
        if client.address:
            self.by_address[client.address].append(client)

    def _by_external_id(self, answer: Answer) -> Client | None:
        bearers = self.by_external_id.get(answer.external_id, []) if answer.external_id else []
        exact = [client for client in bearers if client.source == answer.source]
        bearers = exact if answer.source else exact or bearers
        if len(bearers) > 1:
            raise Invalid(
                N_("%(count)s contacts bear the number %(external_id)s: add a column “source”."),
                count=len(bearers),
                external_id=answer.external_id,
            )
        return bearers[0] if bearers else None

    def _by_address(self, answer: Answer) -> Client | None:
        bearers = self.by_address.get(answer.address, []) if answer.address else []
        if len(bearers) > 1:
            raise Invalid(
                N_("%(count)s contacts bear the address %(address)s: add their external id."),
                count=len(bearers),
                address=answer.address,
            )
        return bearers[0] if bearers else None


_SELECTED = sa.select(
    Contact.id,
    Contact.source,
    sa.func.coalesce(Contact.external_id, "").label("external_id"),
    Contact.email,
    Contact.address,
    Contact.store_id.label("store"),
    Contact.language,
    Contact.owner,
)


def slices(values: Iterable[T], length: int = AT_ONCE) -> Iterator[list[T]]:
    """The values in lists of at most `length`."""
    remaining = iter(values)
    while some := list(islice(remaining, length)):
        yield some


def _identity(one: Any) -> tuple[str, str, str]:
    """What no two new contacts share."""
    return one.source, one.external_id, one.address


def _values(client: Client, stores: Mapping[int, int], now: datetime) -> dict[str, Any]:
    return {
        "source": client.source,
        "external_id": client.external_id or None,
        "email": client.email,
        "address": client.address,
        "language": client.language,
        "store_id": stores.get(client.store, client.store) if client.store else None,
        "created_at": now,
        "updated_at": now,
    }
