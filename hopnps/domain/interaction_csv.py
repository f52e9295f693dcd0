"""One line of a file of orders, tickets, ... -> the values of one interaction, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from hopnps.domain import column_names
from hopnps.domain.address import normalise
from hopnps.domain.cells import Reader, text_of
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.moments import read_moment
from hopnps.domain.text import slugify

HEADERS: Mapping[str, tuple[str, ...]] = {
    **column_names.INTERACTION,
    "contact_source": ("Contact source", "Source du contact"),
}
KINDS = {"commande": "order", "achat": "order", "reparation": "repair", "intervention": "repair"}
_TWOFOLD: dict[str, tuple[str, ...]] = {"email": ("email", "address"), "date": ("occurred_at",)}
_MISSING = {
    "kind": N_("This line does not say what it is (order, ticket, ...)."),
    "reference": N_("This line has no reference."),
    "occurred_at": N_("This line has no date."),
}


def kind_of(cell: str) -> str:
    """`Commande` -> `order`, `Ticket SAV` -> `ticket-sav`: one word by which rules and mails know it."""
    word = slugify(text_of(100)(cell))
    if not word:
        raise Invalid(N_("“%(text)s” is not a kind of interaction."), text=cell[:40])
    return KINDS.get(word, word)


class InteractionReader(Reader):
    """Reads the lines of one file of interactions; `source` and `kind` hold for lines that do not say theirs."""

    def __init__(
        self,
        columns: Mapping[int, str],
        data: Mapping[int, str],
        source: str,
        kind: str,
        read_store: Callable[[str], int],
        timezone: tzinfo,
    ) -> None:
        always = {
            **{"source": source.strip(), "kind": kind_of(kind) if kind else ""},
            **{"reference": "", "occurred_at": None},
            **{"contact_source": "", "external_id": "", "email": "", "address": ""},
        }
        readers: dict[str, Callable[[str], Any]] = {
            **dict.fromkeys(("source", "reference", "external_id", "contact_source"), text_of(200)),
            "kind": kind_of,
            "date": lambda cell: read_moment(cell, timezone),
            "email": lambda cell: (cell, normalise(cell)),
            "store": read_store,
            "agent": text_of(200),
        }
        super().__init__(columns, data, readers, _TWOFOLD, always)

    def check(self, record: Sequence[Any]) -> None:
        for field, sentence in _MISSING.items():
            if not self.value(record, field):
                raise Invalid(sentence)
        if not self.value(record, "external_id") and not self.value(record, "address"):
            raise Invalid(
                N_("This line does not say whose it is: no e-mail address, no external id.")
            )


def check_columns(fields: Iterable[str], kind: str) -> None:
    """Raises Invalid for a file without what every interaction needs."""
    present = {*fields, *(("kind",) if kind else ())}
    for needed in ("kind", "reference", "date"):
        if needed not in present:
            raise Invalid(
                N_("No column of this file holds the field “%(name)s”: say which does."),
                name=needed,
            )
    if not {"email", "external_id"} & present:
        raise Invalid(
            N_("No column of this file holds an e-mail address or an external id: say which does.")
        )
