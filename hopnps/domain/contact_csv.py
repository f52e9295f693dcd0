"""One line of a file of contacts -> the values of one contact, or what is wrong with it, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hopnps.domain import column_names
from hopnps.domain.address import normalise
from hopnps.domain.cells import Reader, language_of, tags_of, text_of
from hopnps.domain.errors import N_, Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REFERENCE = re.compile(r"([0-9]{1,18})-([0-9a-f]{1,14})")
_ATTRIBUTE = re.compile(r"attribute?\s*:\s*(?P<name>\S.*)", re.IGNORECASE | re.DOTALL)

# `hopnps_reference` is ours: it tells an exported contact without external id from others at its address
HEADERS: Mapping[str, tuple[str, ...]] = {
    **column_names.CONTACT,
    "hopnps_reference": ("Référence hopnps",),
}
# what an export tells and an import does not take back
TOLD: Mapping[str, tuple[str, ...]] = {
    "last_nps_score": ("Dernière note NPS",),
    "last_nps_category": ("Dernière catégorie NPS",),
    "last_nps_answer": ("Dernière réponse NPS",),
}


def written_reference(contact_id: int, created_at: datetime) -> str:
    """What no other installation has: the number of the contact and the microsecond it was made."""
    return f"{contact_id}-{(created_at - _EPOCH) // timedelta(microseconds=1):x}"


def read_reference(cell: str) -> tuple[int, datetime]:
    """The undoing of `written_reference`; Invalid for anything else."""
    if shape := _REFERENCE.fullmatch(cell):
        return int(shape[1]), _EPOCH + timedelta(microseconds=int(shape[2], 16))
    raise Invalid(N_("“%(text)s” is not a reference of ours: leave this cell empty."), text=cell)


NOBODY = N_("This line has neither an e-mail address nor an external id.")
READERS: Mapping[str, Callable[[str], Any]] = {
    "source": text_of(200),
    "external_id": text_of(200),
    "email": lambda cell: (cell, normalise(cell)),
    "hopnps_reference": read_reference,
    "first_name": text_of(),
    "last_name": text_of(),
    "company": text_of(),
    "phone": text_of(),
    "language": language_of,
    "owner": text_of(),
    "tags": tags_of,
    "notes": text_of(100_000),
}
TWOFOLD = {"email": ("email", "address"), "hopnps_reference": ("own_id", "own_at")}


class ContactReader(Reader):
    """Reads the lines of one file of contacts; `source` is whence those lines come that do not say so.

    `read_store` turns a store's name into its number. A record begins with source, external_id, email and address;
    a line must bear one of the last three.
    """

    def __init__(
        self,
        columns: Mapping[int, str],
        attributes: Mapping[int, str],
        source: str,
        read_store: Callable[[str], int],
    ) -> None:
        always = {"source": source.strip(), "external_id": "", "email": "", "address": ""}
        readers = {**READERS, "store": read_store}
        super().__init__(columns, attributes, readers, TWOFOLD, always)

    def check(self, record: Sequence[Any]) -> None:
        if not record[1] and not record[3] and not self.value(record, "own_id"):
            raise Invalid(NOBODY)


def attribute_names(headers: Mapping[int, str]) -> dict[int, str]:
    """Columns that no field holds -> the attributes they are; `Attribute: Email` is the attribute "Email"."""
    found = {number: _ATTRIBUTE.fullmatch(header) for number, header in headers.items()}
    return {n: shape["name"] if shape else headers[n] for n, shape in found.items()}


def check_columns(fields: Iterable[str]) -> None:
    """A file of contacts says who they are. Raises Invalid."""
    if not {"email", "external_id", "hopnps_reference"} & set(fields):
        raise Invalid(
            N_("No column of this file holds an e-mail address or an external id: say which does.")
        )
