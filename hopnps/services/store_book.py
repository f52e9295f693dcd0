"""Names of stores as files write them -> the stores they mean; unknown ones are made when a line needs them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.text import name_key
from hopnps.models import Store

LONGEST = 200
MOST_NEW = 10_000


class StoreBook:
    """Gives each name a number: the store's id, or a negative number until the store is made."""

    def __init__(self, session: Session) -> None:
        self._session = session
        rows = session.execute(sa.select(Store.name_key, Store.id))
        self._numbers: dict[str, int] = {row.name_key: row.id for row in rows}
        self._seen: dict[str, int] = {}
        self._new: dict[int, str] = {}

    def number(self, name: str) -> int:
        """The number of the store of this name. Raises Invalid for what can be no store's name."""
        if found := self._seen.get(name):
            return found
        key = name_key(name)
        if not key or len(name) > LONGEST:
            raise Invalid(N_("“%(text)s” is not the name of a store."), text=name[:40])
        found = self._numbers.get(key) or self._reserve(name, key)
        if len(self._seen) < MOST_NEW:
            self._seen[name] = found
        return found

    def names(self, numbers: Iterable[int]) -> list[str]:
        """The names behind negative numbers, sorted as people sort them."""
        return sorted((self._new[number] for number in numbers), key=name_key)

    def make(self, numbers: Iterable[int]) -> dict[int, int]:
        """Make the stores behind these negative numbers; negative number -> id."""
        made = {n: Store(name=self._new[n], name_key=name_key(self._new[n])) for n in numbers}
        self._session.add_all(made.values())
        self._session.flush()
        return {number: store.id for number, store in made.items()}

    def _reserve(self, name: str, key: str) -> int:
        if len(self._new) >= MOST_NEW:
            raise Invalid(
                N_("This would be one new store too many (%(most)s): is this the right column?"),
                most=MOST_NEW,
            )
        number = -1 - len(self._new)
        self._new[number] = " ".join(name.split())
        self._numbers[key] = number
        return number
