"""A million contacts, half of them known, in random order -> how near the import comes to what the database can do.

    python -m benchmarks.contact_import [--rows 1000000] [--changed 100] [--rounds 3] [--database sqlite]

The measure is a bare executemany (SQLite) or COPY (PostgreSQL) of ready rows into the same table with its indexes, in
the same run, with as much cache. The import reads a CSV file; of the known contacts `--changed` in a hundred change.
Both ways take turns, at a tenth of the rows and at all of them, and the medians of the rounds are told. The PostgreSQL
server has memory and a log as one has that keeps a million contacts, for both ways the same; its tables have
been vacuumed and its log written out before the watch starts, so that nobody pays for what was done before.
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
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, configure_mappers

from benchmarks.postgresql import postgresql
from benchmarks.stopwatch import Spent, Stopwatch
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
HALF, MOST_MEMORY, SMALLER = 0.5, 300, 10


def main() -> None:
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return
    found = {}
    with TemporaryDirectory(prefix="hopnps-bench-") as folder:
        for kind in options.database or ["sqlite", "postgresql"]:
            with _server(kind, Path(folder)) as place:
                found[kind] = _measure(kind, place, options)
    print(
        f"contacts a second, medians of {options.rounds} rounds; {options.changed} % of the known change"
    )
    for by in ("clock", "processor"):
        _tell(found, by)
    for kind, sizes in found.items():
        _judge(kind, sizes)


def _measure(kind: str, place: str, options: argparse.Namespace) -> dict[int, dict[str, Any]]:
    """Rows -> what a row costs by each way, in microseconds; the ways and sizes take turns."""
    sizes = (options.rows // SMALLER, options.rows)
    done: dict[int, list[dict[str, Any]]] = {rows: [] for rows in sizes}
    for number in range(options.rounds):
        for rows in sizes:
            both = [
                _run(step, kind, place, rows, options.changed, number)
                for step in ("bare", "import")
            ]
            done[rows].append(both[0] | both[1])
            print(f"{kind}, {rows:,} rows, round {number + 1}: done", file=sys.stderr)
    return {rows: _medians(rounds, rows) for rows, rounds in done.items()}


def _medians(rounds: list[dict[str, Any]], rows: int) -> dict[str, Any]:
    costs: dict[str, Any] = {
        step: {by: median(one[step][by] for one in rounds) / rows * 1e6 for by in rounds[0][step]}
        for step in ("bare", "import", "again")
    }
    return costs | {"memory": max(one["memory"] for one in rounds)}


def _tell(found: dict[str, dict[int, dict[str, Any]]], by: str) -> None:
    """A table: the last column is what a row costs beside a row of the smaller file, bare and imported."""
    print(f"\nby {by} time")
    names = ("rows", "bare/s", "import/s", "share", "again/s", "memory", "bare x", "import x")
    print(f"{'database':<12}" + "".join(f"{name:>12}" for name in names))
    for kind, sizes in found.items():
        few = next(iter(sizes.values()))
        for rows, one in sizes.items():
            bare, ours, again = (one[step][by] for step in ("bare", "import", "again"))
            print(
                f"{kind:<12}{rows:>12,}{1e6 / bare:>12,.0f}{1e6 / ours:>12,.0f}{bare / ours:>12.0%}"
                f"{1e6 / again:>12,.0f}{one['memory']:>9.0f} MB"
                f"{bare / few['bare'][by]:>12.2f}{ours / few['import'][by]:>12.2f}"
            )


def _judge(kind: str, sizes: dict[int, dict[str, Any]]) -> None:
    (small, few), (rows, many) = sizes.items()
    print(f"\n{kind}")
    for size, one in sizes.items():
        share = one["bare"]["processor"] / one["import"]["processor"]
        _verdict(f"at least half the bare rate at {size:,}", share >= HALF)
    _verdict(f"under {MOST_MEMORY} MB", many["memory"] < MOST_MEMORY)
    slower = many["import"]["processor"] > few["import"]["processor"]
    _verdict(f"no slower per row at {rows:,} than at {small:,}", not slower)


def _verdict(target: str, reached: bool) -> None:
    print(f"  {'reached ' if reached else 'MISSED  '} {target}")


def _run(step: str, kind: str, place: str, rows: int, changed: int, number: int) -> dict[str, Any]:
    name = f"{step}_{rows}_{number}"
    name = name if kind == "postgresql" else f"{place}/{name}.sqlite"
    server = place if kind == "postgresql" else "sqlite://"
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    command = [sys.executable, "-m", "benchmarks.contact_import", "--step", step, "--url", url]
    done = subprocess.run(
        [*command, "--database", kind, "--rows", str(rows), "--changed", str(changed)],
        check=True,
        stdout=subprocess.PIPE,
    )
    _drop(url)
    return json.loads(done.stdout)


def _drop(place: str) -> None:
    """Make room: what a round wrote is not to weigh upon the next."""
    url = sa.make_url(place)
    if url.get_backend_name() == "sqlite":
        for file in Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}*"):
            file.unlink()
        return
    with _admin(place).connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {url.database} WITH (FORCE)")


def _admin(place: str) -> sa.Engine:
    url = sa.make_url(place).set(database="postgres")
    return sa.create_engine(url, isolation_level="AUTOCOMMIT")


def _settle(engine: sa.Engine) -> None:
    """As the server would have left it by itself: what was written is on the disk and its statistics are known."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE nps_contact")
            connection.exec_driver_sql("CHECKPOINT")


def bare(options: argparse.Namespace) -> dict[str, Any]:
    """Ready rows into an empty table, in random order."""
    engine = _fresh(options.url)
    columns = [column.name for column in Contact.__table__.columns if column.name != "id"]
    rows = [tuple(_row(number, columns).values()) for number in _order(options.rows)]
    _settle(engine)
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


def imported(options: argparse.Namespace) -> dict[str, Any]:
    """A CSV file, half of whose contacts are known and change; then the same file again."""
    configure_mappers()  # once in the life of a process
    engine = _fresh(options.url)
    _fill_half(engine, options)
    with TemporaryDirectory() as folder:
        path = Path(folder, "contacts.csv")
        with path.open("w", encoding="cp1252") as file:
            file.write(f"{HEADER}\n")
            file.writelines(_line(number) for number in _order(options.rows))
        _settle(engine)
        first, report = _import(engine, path)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _settle(engine)
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
        with _admin(place).connect() as connection:
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
    with postgresql(folder) as url:
        yield url


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--changed", type=int, default=100, metavar="PERCENT")
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--step", choices=tuple(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    return parser.parse_args()


STEPS = {"bare": bare, "import": imported}

if __name__ == "__main__":
    main()
