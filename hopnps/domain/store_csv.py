"""One line of a file of stores -> a name and a region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hopnps.domain.cells import Reader, text_of
from hopnps.domain.column_names import STORE as HEADERS
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.text import name_key

__all__ = ["HEADERS", "StoreReader", "check_columns", "read_name"]


def read_name(cell: str) -> str:
    """The name of a store or region, its blanks tidied. Raises Invalid for what can be no name."""
    if not name_key(cell):
        raise Invalid(N_("“%(text)s” is not a name."), text=cell[:40])
    return " ".join(text_of(200)(cell).split())


class StoreReader(Reader):
    def __init__(self, columns: Mapping[int, str]) -> None:
        readers = {"name": read_name, "region": read_name}
        super().__init__(columns, {}, readers, {}, {"name": "", "region": ""})

    def check(self, record: Sequence[Any]) -> None:
        if not self.value(record, "name"):
            raise Invalid(N_("This line names no store."))


def check_columns(fields: Iterable[str]) -> None:
    """Raises Invalid for a file that names no stores."""
    if "name" not in set(fields):
        raise Invalid(N_("No column of this file holds the name of the store: say which does."))
