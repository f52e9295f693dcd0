"""Files as people send them, and what an import of them says: for the tests of all imports."""

from __future__ import annotations

from io import BytesIO
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from hopnps.services.import_preview import Fate, ImportOptions
from tests.conftest import NOON

PARIS = ZoneInfo("Europe/Paris")


class Desk:
    """Brings files to one kind of import on one session; `crm` is the source of lines that say none."""

    def __init__(self, session, service, source="crm"):
        self.session, self.service, self.source = session, service, source

    def bring(self, file: str | bytes, **choices):
        """Import the file; commit if it was accepted."""
        report = self._run(self.service.apply, file, choices)
        self.session.commit() if report.applied else self.session.rollback()
        return report

    def show(self, file: str | bytes, **choices):
        """The preview of the file."""
        return self._run(self.service.preview, file, choices)

    def _run(self, run, file, choices):
        now = choices.pop("now", NOON)
        options = ImportOptions(**{"source": self.source} | choices)
        data = file.encode() if isinstance(file, str) else file
        return run(self.session, data, "fichier.csv", options, now=now, timezone=PARIS)


def workbook(*rows) -> bytes:
    """An Excel file of one sheet."""
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def fates(report) -> dict[int, Fate]:
    return {line.line: line.action for line in report.lines}


def faults(report) -> dict[int, str]:
    """Line -> what is wrong with it, in words."""
    return {fault.line: fault.message % fault.values for fault in report.faults}
