"""A million contacts, half of them known, in random order -> how near the import comes to what the database can do.

    python -m benchmarks.contact_import [--rows 1000000] [--changed 100] [--database sqlite] [--database postgresql]

The measure is a bare executemany (SQLite) or COPY (PostgreSQL) of ready rows into the same table with its indexes, in
the same run, with as much cache. The import reads a CSV file; of the known contacts `--changed` in a hundred change.
Each step runs in a process of its own, whose peak memory is printed. Contacts a second are told by the clock and by
the processor time of that process and of the whole PostgreSQL server; the verdicts go by the latter, for the clock
also measures whoever else is at work on the machine. `make bench-import` runs it; it takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps import database
from hopnps.models import Contact
from hopnps.services import contact_import
from hopnps.services.import_preview import ImportOptions
from hopnps.services.staging import MEMORY_KB

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST = ["Claire", "Marc", "Zoé", "Omar", "Inès", "Léa", "Hugo", "Chloé", "Jules", "Camille"]
LAST = ["Lefèvre", "Oberlin", "Haddad", "Delmas", "Kerbrat", "Arnoux", "Marchal", "Tessier"]
CITIES = ["Lyon", "Nantes", "Lille", "Brest", "Nîmes", "Dijon", "Rennes", "Tours", "Metz", "Angers"]
HEADER = "Identifiant;Prénom;Nom;Courriel;Téléphone;Langue;Société;Ville"
KNOWN_PHONE, NEW_PHONE = "0102030405", "+33 6 12 34 56 78"
Spent = dict[str, float]
HALF, MOST_MEMORY, SMALLER = 0.5, 300, 10


def main() -> None:
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return
    with TemporaryDirectory(prefix="hopnps-bench-") as folder:
        for kind in options.database or ["sqlite", "postgresql"]:
            with _server(kind, Path(folder)) as place:
                _compare(kind, place, options)


def _compare(kind: str, place: str, options: argparse.Namespace) -> None:
    """Both ways, at a tenth of the rows and at all of them."""
    sizes = (options.rows // SMALLER, options.rows)
    few, many = (_measure(kind, place, rows, options.changed) for rows in sizes)
    print(f"\n{kind}: contacts a second; {options.changed} % of the known ones change")
    print(f"{'rows':>23}{'bare':>12}{'import':>12}{'share':>9}{'same again':>14}{'memory':>10}")
    for one in (few, many):
        for by in ("clock", "processor"):
            bare, ours, again = (one[step][by] for step in ("bare", "import", "again"))
            print(
                f"{one['rows']:>12,}{by:>11}{bare:>12,.0f}{ours:>12,.0f}{ours / bare:>9.0%}"
                f"{again:>14,.0f}{one['memory']:>7.0f} MB"
            )
    few_rate, many_rate = few["import"]["processor"], many["import"]["processor"]
    _verdict("at least half the bare rate", many_rate / many["bare"]["processor"] >= HALF)
    _verdict(f"under {MOST_MEMORY} MB", many["memory"] < MOST_MEMORY)
    _verdict(f"no slower per row than at {few['rows']:,}", many_rate >= few_rate)


def _verdict(target: str, reached: bool) -> None:
    print(f"  {'reached ' if reached else 'MISSED  '} {target}")


def _measure(kind: str, place: str, rows: int, changed: int) -> dict[str, Any]:
    """Contacts a second of each step, by the clock and by processor time."""
    steps = _run("bare", kind, place, rows, changed) | _run("import", kind, place, rows, changed)
    memory = steps.pop("memory")
    rates = {
        step: {by: rows / seconds for by, seconds in spent.items()} for step, spent in steps.items()
    }
    return {"rows": rows, "memory": memory, **rates}


def _run(step: str, kind: str, place: str, rows: int, changed: int) -> dict[str, Any]:
    name = f"{step}_{rows}" if kind == "postgresql" else f"{place}/{step}_{rows}.sqlite"
    server = place if kind == "postgresql" else "sqlite://"
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    command = [sys.executable, "-m", "benchmarks.contact_import", "--step", step, "--url", url]
    done = subprocess.run(
        [*command, "--database", kind, "--rows", str(rows), "--changed", str(changed)],
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def bare(options: argparse.Namespace) -> dict[str, Any]:
    """Ready rows into an empty table, in random order."""
    engine = _fresh(options.url)
    columns = [column.name for column in Contact.__table__.columns if column.name != "id"]
    rows = [tuple(_row(number, columns).values()) for number in _order(options.rows)]
    insert = _insert_sqlite if options.database == ["sqlite"] else _copy_postgresql
    with engine.begin() as connection:
        return {"bare": insert(connection, columns, rows)}


def _insert_sqlite(connection: sa.Connection, columns: list[str], rows: list[Any]) -> Spent:
    driver: Any = connection.connection.driver_connection
    gaps = ", ".join("?" * len(columns))
    statement = f"INSERT INTO nps_contact ({', '.join(columns)}) VALUES ({gaps})"
    driver.execute(f"PRAGMA cache_size = -{MEMORY_KB}")  # as much as the import has
    watch = Stopwatch(connection)
    driver.executemany(statement, rows)
    connection.commit()
    return watch.spent()


def _copy_postgresql(connection: sa.Connection, columns: list[str], rows: list[Any]) -> Spent:
    driver: Any = connection.connection.driver_connection
    lines = ["\t".join("\\N" if v is None else str(v) for v in row) + "\n" for row in rows]
    blocks = ["".join(lines[at : at + 1_000]).encode() for at in range(0, len(lines), 1_000)]
    watch = Stopwatch(connection)
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY nps_contact ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for block in blocks:
            copy.write(block)
    connection.commit()
    return watch.spent()


class Stopwatch:
    """Seconds spent since it was made, by the clock and by the processors."""

    def __init__(self, connection: sa.Connection) -> None:
        self._server: Any = None
        if connection.dialect.name == "postgresql":
            import psutil

            backend = connection.scalar(sa.text("SELECT pg_backend_pid()"))
            self._server = psutil.Process(backend).parent()
        self._start = self._now()

    def spent(self) -> Spent:
        return {by: now - self._start[by] for by, now in self._now().items()}

    def _now(self) -> Spent:
        served = _processor_seconds(self._server) if self._server else 0
        return {"clock": perf_counter(), "processor": process_time() + served}


def _processor_seconds(server: Any) -> float:
    """Of the server, its processes, and those that have ended."""
    return sum(server.cpu_times()[:4]) + sum(
        sum(one.cpu_times()[:2]) for one in server.children(recursive=True)
    )


def imported(options: argparse.Namespace) -> dict[str, Any]:
    """A CSV file, half of whose contacts are known and change; then the same file again."""
    engine = _fresh(options.url)
    _fill_half(engine, options)
    with TemporaryDirectory() as folder:
        path = Path(folder, "contacts.csv")
        with path.open("w", encoding="cp1252") as file:
            file.write(f"{HEADER}\n")
            file.writelines(_line(number) for number in _order(options.rows))
        first, report = _import(engine, path)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        again, nothing = _import(engine, path)
    known = options.rows // 2
    changed = sum(_changes(number, options) for number in range(known))
    assert (report.created, report.updated) == (options.rows - known, changed), report
    assert nothing.unchanged == options.rows, nothing
    return {"import": first, "again": again, "memory": memory}


def _import(engine: sa.Engine, path: Path) -> tuple[Spent, Any]:
    with Session(engine) as session:
        watch = Stopwatch(session.connection())
        options = ImportOptions(source="crm")
        zone = ZoneInfo("Europe/Paris")
        report = contact_import.apply(
            session, path, path.name, options, now=datetime.now(UTC), timezone=zone
        )
        session.commit()
        return watch.spent(), report


def _fill_half(engine: sa.Engine, options: argparse.Namespace) -> None:
    """The known half, in small rounds: this process's peak memory is to be the import's."""
    known = [number for number in _order(options.rows, seed=2) if number < options.rows // 2]
    table: Any = Contact.__table__
    with engine.begin() as connection:
        for at in range(0, len(known), 1_000):
            rows = [
                _values(number, KNOWN_PHONE if _changes(number, options) else NEW_PHONE)
                for number in known[at : at + 1_000]
            ]
            connection.execute(table.insert(), rows)


def _changes(number: int, options: argparse.Namespace) -> bool:
    return number % 100 < options.changed


def _fresh(place: str) -> sa.Engine:
    """A new, empty house in a new database."""
    url = sa.make_url(place)
    if url.get_backend_name() == "postgresql":
        admin = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {url.database}")
    engine = sa.create_engine(url, **database.engine_options(place))
    database.arm_sqlite(engine)
    database.upgrade(engine)
    return engine


def _order(rows: int, seed: int = 1) -> list[int]:
    return random.Random(seed).sample(range(rows), rows)


def _values(number: int, phone: str) -> dict[str, Any]:
    address = f"{LAST[number % 7][:3].lower()}{number}@example.org"
    return {
        "source": "crm",
        "external_id": f"C-{number:07}",
        "email": address,
        "address": address,
        "first_name": FIRST[number % len(FIRST)],
        "last_name": LAST[number % len(LAST)],
        "company": f"Société {number % 1000}",
        "phone": phone,
        "language": "fr",
        "attributes": {"Ville": CITIES[number % len(CITIES)]},
        "created_at": NOW,
        "updated_at": NOW,
    }


def _row(number: int, columns: list[str]) -> dict[str, Any]:
    """All columns, as the driver takes them."""
    filled = _values(number, NEW_PHONE)
    filled["attributes"] = json.dumps(filled["attributes"]).replace("\\", "\\\\")
    filled["created_at"] = filled["updated_at"] = "2026-03-02 12:00:00.000000"
    empty = {"store_id", "last_score", "category_changed_at", "last_answered_at"}
    return {name: filled.get(name, None if name in empty else "") for name in columns}


def _line(number: int) -> str:
    one = _values(number, NEW_PHONE)
    city = one["attributes"]["Ville"]
    cells = [one["external_id"], one["first_name"], one["last_name"], one["email"], one["phone"]]
    return ";".join([*cells, "fr", one["company"], city]) + "\n"


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[str]:
    """Where databases of this kind are made: a folder, or a server's URL."""
    if kind == "sqlite":
        yield str(folder)
        return
    import pgserver

    server = pgserver.get_server(folder / "postgresql")
    try:
        yield (
            sa.make_url(server.get_uri())
            .set(drivername="postgresql+psycopg")
            .render_as_string(False)
        )
    finally:
        server.cleanup()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--changed", type=int, default=100, metavar="PERCENT")
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--step", choices=tuple(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    return parser.parse_args()


STEPS = {"bare": bare, "import": imported}

if __name__ == "__main__":
    main()
