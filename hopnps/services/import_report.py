"""Lines whose fate the database has found -> counts, faults and the first lines, told in a preview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.services.import_lines import Sorter
from hopnps.services.import_preview import KEPT_FAULTS, Fate, Fault, Preview


def report(
    session: Session,
    lined: sa.Table,
    sorter: Sorter,
    reasons: Mapping[str, str],
    blamed: Mapping[str, tuple[str, ...]],
) -> Preview:
    """`reasons` gives the sentence of each reason in the table, `blamed` the fields where it is to be seen."""
    told = sorter.preview
    counts = sa.select(lined.c.fate, sa.func.count().label("lines")).group_by(lined.c.fate)
    found: dict[str, int] = {row.fate: row.lines for row in session.execute(counts)}
    told.created = found.get(Fate.CREATE, 0)
    told.updated = found.get(Fate.UPDATE, 0)
    told.unchanged = found.get(Fate.UNCHANGED, 0)
    told.skipped = found.get(Fate.SKIP, 0)
    told.faulty += found.get(Fate.FAULT, 0)
    late = _faults(session, lined, sorter, reasons, blamed) if found.get(Fate.FAULT) else ()
    told.faults = sorted([*told.faults, *late], key=lambda fault: fault.line)[:KEPT_FAULTS]
    sorter.show(_fates(session, lined, sorter.shown, reasons))
    return told


def new_stores(session: Session, lined: sa.Table) -> list[int]:
    """The numbers of the stores that good lines name and that are not there yet."""
    if "store" not in lined.c:
        return []
    good = lined.c.fate.in_([Fate.CREATE, Fate.UPDATE, Fate.UNCHANGED])
    return list(session.scalars(sa.select(lined.c.store).where(lined.c.store < 0, good).distinct()))


def _faults(
    session: Session,
    lined: sa.Table,
    sorter: Sorter,
    reasons: Mapping[str, str],
    blamed: Mapping[str, tuple[str, ...]],
) -> Iterable[Fault]:
    """What only the other lines and the rows there are can tell."""
    rows = (
        sa.select(lined).where(lined.c.fate == Fate.FAULT).order_by(lined.c.line).limit(KEPT_FAULTS)
    )
    for row in session.execute(rows):
        filled = (field for field in blamed[row.reason] if row._mapping.get(field))
        field = next(filled, "")
        value = str(row._mapping[field]) if field else ""
        column = sorter.header_of(field)
        yield Fault(row.line, column, value, reasons[row.reason], _values(row))


def _fates(
    session: Session, lined: sa.Table, lines: Iterable[int], reasons: Mapping[str, str]
) -> dict[int, tuple[Fate, str, dict[str, Any]]]:
    told = sa.select(lined.c.line, lined.c.fate, lined.c.reason, lined.c.first, lined.c.bearers)
    return {
        row.line: (Fate(row.fate), reasons.get(row.reason, ""), _values(row))
        for row in session.execute(told.where(lined.c.line.in_(list(lines))))
    }


def _values(row: Any) -> dict[str, Any]:
    """What the sentence of a reason may name."""
    return {"first": row.first, "bearers": row.bearers} if row.reason else {}
