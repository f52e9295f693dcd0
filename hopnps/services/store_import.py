"""A file of stores and their regions -> what each line would do; then, all or nothing, the stores."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import store_csv, table_file
from hopnps.domain.errors import N_
from hopnps.domain.text import name_key
from hopnps.models import Region, Store
from hopnps.services.import_lines import Sorter
from hopnps.services.import_preview import Fate, Fault, ImportOptions, Preview

SAME = N_("Line %(first)s says the same.")
TWIN = N_("Line %(first)s names the same store and says something else.")


def preview(
    session: Session,
    source: bytes | BinaryIO | Path,
    filename: str,
    options: ImportOptions,
    *,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """What apply() would do; nothing is written. Raises Invalid for what is no table of stores."""
    return _StoreImport(session, source, filename, options).preview


def apply(
    session: Session,
    source: bytes | BinaryIO | Path,
    filename: str,
    options: ImportOptions,
    *,
    now: datetime,
    timezone: tzinfo,
) -> Preview:
    """Import the file: new stores and regions are made, a store whose region the file names is moved there.

    Answers keep the region they were given in. With a faulty line nothing is imported, unless `skip_faults`.
    """
    work = _StoreImport(session, source, filename, options)
    if options.skip_faults or not work.preview.faulty:
        work.write()
        work.preview.applied = True
    return work.preview


class _StoreImport:
    """One file of stores: read, compared with what there is, then written as a whole."""

    def __init__(
        self,
        session: Session,
        source: bytes | BinaryIO | Path,
        filename: str,
        options: ImportOptions,
    ) -> None:
        self.session = session
        self.known = {store.name_key: store for store in session.scalars(sa.select(Store))}
        self.lines: dict[str, tuple[int, str, str]] = {}  # key of the name -> line, name, region
        sorter = Sorter(table_file.read(source, filename), store_csv.HEADERS, options)
        store_csv.check_columns(sorter.columns.values())
        self.preview = sorter.preview
        fates = {}
        for line, name, region in sorter.records(store_csv.StoreReader(sorter.columns)):
            fates[line] = self._decide(line, name, region, sorter.header_of("name"))
        sorter.show(fates)
        self.preview.faults.sort(key=lambda fault: fault.line)

    def write(self) -> None:
        """Make the regions, then the stores; move those whose region is another now."""
        regions = self._regions()
        for key, (_, name, region) in self.lines.items():
            store = self.known.get(key) or Store(name=name, name_key=key)
            if region:
                store.region = regions[name_key(region)]
            self.session.add(store)
        self.session.flush()

    def _decide(
        self, line: int, name: str, region: str, header: str
    ) -> tuple[Fate, str, dict[str, Any]]:
        key = name_key(name)
        if key in self.lines:
            return self._repeated(line, name, region, header)
        self.lines[key] = (line, name, region)
        store = self.known.get(key)
        if store is None:
            self.preview.created += 1
            self.preview.new_stores.append(name)
            return Fate.CREATE, "", {}
        if region and (store.region is None or store.region.name_key != name_key(region)):
            self.preview.updated += 1
            return Fate.UPDATE, "", {}
        self.preview.unchanged += 1
        return Fate.UNCHANGED, "", {}

    def _repeated(
        self, line: int, name: str, region: str, header: str
    ) -> tuple[Fate, str, dict[str, Any]]:
        first, _, its_region = self.lines[name_key(name)]
        if name_key(region) == name_key(its_region):
            self.preview.skipped += 1
            return Fate.SKIP, SAME, {"first": first}
        self.preview.note(Fault(line, header, name, TWIN, {"first": first}))
        return Fate.FAULT, TWIN, {"first": first}

    def _regions(self) -> dict[str, Region]:
        """Folded name -> region, with those made that the file names and nobody knew."""
        regions = {region.name_key: region for region in self.session.scalars(sa.select(Region))}
        for _, _, name in self.lines.values():
            if name and name_key(name) not in regions:
                regions[name_key(name)] = Region(name=name, name_key=name_key(name))
        self.session.add_all(regions.values())
        return regions
