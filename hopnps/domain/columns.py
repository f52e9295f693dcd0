"""The headers of a file, in French or English, and what somebody said by hand -> the field each column holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from hopnps.domain.errors import N_, Invalid
from hopnps.domain.text import name_key

LEFT_OUT = ""  # the field of a column that is not to be imported at all
OWN = "attribute"  # said by hand: no field, whatever the header means elsewhere


def match(
    headers: Sequence[str], names: Mapping[str, Iterable[str]], by_hand: Mapping[str, str]
) -> dict[int, str]:
    """Column index -> field, in the order of the file; columns that nobody knows are not in it.

    `names` is field -> the headers by which it is known; `by_hand` is header -> field and wins ('' leaves the column
    out, "attribute" makes it one that nobody knows). Raises Invalid for a column or field that does not exist and for two columns that hold one field.
    """
    fields = _chosen(headers, names, by_hand)
    taken = set(fields.values())
    known = {name_key(name): field for field, all_ in names.items() for name in (field, *all_)}
    for index, header in enumerate(headers):
        field = known.get(name_key(_without_number(header, headers)))
        if index not in fields and field and field not in taken:
            fields[index] = field
    fields = {index: field for index, field in sorted(fields.items()) if field != OWN}
    _refuse_doubles(headers, fields)
    return fields


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """`("Courriel perso=email", ...)` -> header -> field; the last `=` parts them.

    Raises Invalid where there is none.
    """
    mapping = {}
    for text in texts:
        column, sign, field = text.rpartition("=")
        if not sign or not column.strip():
            raise Invalid(N_("Write COLUMN=FIELD, not “%(text)s”."), field="map", text=text)
        mapping[column.strip()] = field.strip()
    return mapping


def _chosen(
    headers: Sequence[str], names: Mapping[str, Iterable[str]], by_hand: Mapping[str, str]
) -> dict[int, str]:
    chosen = {}
    for column, field in by_hand.items():
        if field not in {LEFT_OUT, OWN, *names}:
            raise Invalid(
                N_("There is no field “%(name)s”. The fields are: %(names)s."),
                field="map",
                name=field,
                names=", ".join(names),
            )
        chosen[_index(headers, column)] = field
    return chosen


def _index(headers: Sequence[str], column: str) -> int:
    """The column of this name, as written or else in other case or accents."""
    if column in headers:
        return headers.index(column)
    keys = [name_key(header) for header in headers]
    if name_key(column) and keys.count(name_key(column)) == 1:
        return keys.index(name_key(column))
    raise Invalid(
        N_("There is no column “%(column)s” in this file. Its columns are: %(columns)s."),
        field="map",
        column=column,
        columns=", ".join(header for header in headers if header),
    )


def _without_number(header: str, headers: Sequence[str]) -> str:
    """The second of two equal headers is "Email (2)": it means the same."""
    plain = re.sub(r" \(\d+\)$", "", header)
    return plain if plain in headers else header


def _refuse_doubles(headers: Sequence[str], fields: Mapping[int, str]) -> None:
    first: dict[str, int] = {}
    for index, field in sorted(fields.items()):
        if field and first.setdefault(field, index) != index:
            raise Invalid(
                N_(
                    "The columns “%(first)s” and “%(second)s” both hold the field “%(name)s”. Say which one does."
                ),
                field="map",
                first=headers[first[field]],
                second=headers[index],
                name=field,
            )
