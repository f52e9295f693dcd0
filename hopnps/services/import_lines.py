"""The lines of a table -> records fit for the stage; faults and the first lines go into the preview."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import add
from types import MappingProxyType
from typing import Any

from hopnps.domain import columns
from hopnps.domain.cells import Reader, Wrong
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.table_file import Record, Table
from hopnps.services.import_preview import (
    SHOWN_LINES,
    Fate,
    Fault,
    ImportOptions,
    Line,
    Preview,
    Step,
)

BATCH = 500  # lines read together


class Sorter:
    """Knows what each column of this table means, and reads its lines one by one.

    `names` is field -> the headers that mean it, `left_out` the same for what our exports tell and no import takes.
    """

    def __init__(
        self,
        table: Table,
        names: Mapping[str, Iterable[str]],
        options: ImportOptions,
        left_out: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> None:
        self.table = table
        found = columns.match(table.headers, {**names, **left_out}, options.mapping)
        self.columns = {n: "" if field in left_out else field for n, field in found.items()}
        self.extras = {
            number: header
            for number, header in enumerate(table.headers)
            if header and number not in self.columns
        }
        self.preview = Preview(
            mapping={table.headers[n]: field for n, field in self.columns.items() if field},
            attributes=list(self.extras.values()),
            encoding=table.encoding,
            delimiter=table.delimiter,
            sheet=table.sheet,
        )
        self.shown: dict[int, dict[str, str]] = {}
        self._tell = options.tell

    def records(self, reader: Reader) -> Iterator[tuple[Any, ...]]:
        """Line number and values of each good line; the others are noted as faults."""
        read = 0
        for batch in _batches(self._lines()):
            self._tell(Step.READ, read := read + len(batch))
            try:
                records = reader.read_all([cells for _, cells in batch])
            except Invalid:
                yield from self._one_by_one(batch, reader)
            else:
                lines = ((line,) for line, _ in batch)
                yield from map(add, lines, records)
        self._tell(Step.COMPARE, read)

    def _lines(self) -> Iterator[Record]:
        """The lines that are no longer than the headers."""
        width = len(self.table.headers)
        for line, cells in self.table.rows:
            if len(self.shown) < SHOWN_LINES:
                self.shown[line] = self._shown(cells)
            if len(cells) == width:
                yield line, cells
            else:
                self._refuse(line, cells, [Wrong(None, _too_long(cells, width))])

    def _one_by_one(self, batch: list[Record], reader: Reader) -> Iterator[tuple[Any, ...]]:
        """The same for lines among which some are faulty."""
        for line, cells in batch:
            record, wrong = reader.read(cells)
            if wrong:
                self._refuse(line, cells, wrong)
            else:
                yield line, *record

    def header_of(self, *fields: str) -> str:
        """The file's own header for the first of these fields that it has."""
        found = {field: self.table.headers[number] for number, field in self.columns.items()}
        return next((found[field] for field in fields if field in found), "")

    def show(self, fates: Mapping[int, tuple[Fate, str, dict[str, Any]]]) -> None:
        """The first lines, in the file's order, with their fates: line -> fate, reason, its values."""
        refused = {fault.line: fault for fault in reversed(self.preview.faults)}
        for line, shown in self.shown.items():
            if fault := refused.get(line):
                self.preview.lines.append(
                    Line(line, Fate.FAULT, shown, fault.message, fault.values)
                )
            elif line in fates:
                fate, reason, values = fates[line]
                self.preview.lines.append(Line(line, fate, shown, reason, values))

    def _shown(self, cells: Sequence[str]) -> dict[str, str]:
        mapped = {field: n for n, field in self.columns.items() if field}
        named = {field: cells[n] for field, n in mapped.items()}
        return named | {header: cells[n] for n, header in self.extras.items()}

    def _refuse(self, line: int, cells: Sequence[str], wrong: list[Wrong]) -> None:
        self.preview.note(*(self._fault(line, cells, one) for one in wrong))

    def _fault(self, line: int, cells: Sequence[str], wrong: Wrong) -> Fault:
        column = "" if wrong.column is None else self.table.headers[wrong.column]
        value = "" if wrong.column is None else cells[wrong.column].strip()
        return Fault(line, column, value, wrong.refusal.message, wrong.refusal.values)


def _batches(lines: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _too_long(cells: Sequence[str], width: int) -> Invalid:
    return Invalid(
        N_("This line has %(found)s cells, the headers are %(expected)s."),
        found=len(cells),
        expected=width,
    )
