"""Whose clients a colleague sees: the whole house, or some stores and regions with all that lies in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """`stores` and `regions` are ids; None and None is the whole house, two empty sets are nobody."""

    stores: frozenset[int] | None = None
    regions: frozenset[int] | None = None

    @property
    def whole(self) -> bool:
        return self.stores is None and self.regions is None


WHOLE_HOUSE = Scope()


def only(*, stores: tuple[int, ...] = (), regions: tuple[int, ...] = ()) -> Scope:
    """These stores, and these regions with every region and store in them."""
    return Scope(frozenset(stores), frozenset(regions))
