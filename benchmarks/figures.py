"""Millions of answers -> what the dashboard costs, beside one full scan of them and beside SQL written by hand.

    python -m benchmarks.figures [--answers 1000000 10000000] [--stores 200] [--contacts 1000000]
        [--interactions 3000000] [--rounds 5] [--database sqlite] [--folder FOLDER]

For each size a house is made by the database itself. Then, in rounds that take turns: one aggregate over all answers
(the scan), the whole dashboard without a filter as its page asks for it, the figures of a segment and of an attribute
beside SQL written by hand for the same figures, and the counts of segments beside SQL written by hand with the same
indexes. Medians by the clock are told, and the ratios that count. Each house is also proved: its rollups equal its
answers. `make bench-figures` runs it; ten million answers take some 10 GB of disk for each database.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.figures_house import NOW, fill
from benchmarks.figures_sql import BARE, SCAN, SEGMENTS
from benchmarks.postgresql import postgresql
from hopnps import database
from hopnps.blueprints.dashboard_facts import Precision, facts
from hopnps.blueprints.dashboard_filters import Filters, choices
from hopnps.domain.scope import WHOLE_HOUSE
from hopnps.models import Segment
from hopnps.services import figures, rollup_gaps, segments
from hopnps.services.figures import By, Slice
from hopnps.services.figures_slice import PRODUCT_FIELDS

PARIS = ZoneInfo("Europe/Paris")
WHO: dict[str, Any] = {"scope": WHOLE_HOUSE, "now": NOW, "timezone": PARIS}
CACHE_KB = 256_000  # what SQLite may keep in memory, for both ways the same
QUARTER, GROWTH, FILTERED, COUNTED = 0.25, 1.3, 1.5, 1.3
Seconds = dict[str, float]


def main() -> None:
    options = _options()
    found: dict[str, dict[int, Seconds]] = {}
    with TemporaryDirectory(prefix="hopnps-bench-", dir=options.folder) as folder:
        for kind in options.database or ["sqlite", "postgresql"]:
            with _server(kind, Path(folder)) as place:
                found[kind] = {
                    answers: _measure(kind, place, answers, options) for answers in options.answers
                }
    for kind, sizes in found.items():
        _tell(kind, sizes)


def _measure(kind: str, place: str, answers: int, options: argparse.Namespace) -> Seconds:
    """What each question costs in a house of this size, in seconds: medians of the rounds."""
    start = perf_counter()
    engine = _fresh(kind, place, answers)
    fill(
        engine,
        answers=answers,
        stores=options.stores,
        contacts=options.contacts,
        interactions=options.interactions,
    )
    print(f"{kind}, {answers:,} answers: made in {perf_counter() - start:.0f} s", file=sys.stderr)
    with Session(engine) as session:
        assert rollup_gaps.find(session) == [], "the rollups differ from the answers"
        done: dict[str, list[float]] = {}
        questions = _questions(session)
        for _round in range(options.rounds + 1):
            for name, question in questions.items():
                start = perf_counter()
                question()
                done.setdefault(name, []).append(perf_counter() - start)
    engine.dispose()
    if kind == "sqlite":
        Path(engine.url.database or "").unlink()
    return {name: median(times[1:]) for name, times in done.items()}  # the first round warms up


def _questions(session: Session) -> dict[str, Callable[[], Any]]:
    """Each question by its name; `bare` ones in SQL written by hand."""
    kind = session.get_bind().dialect.name
    asked: dict[str, Callable[[], Any]] = {
        "scan": lambda: _rows(session, SCAN),
        "dashboard": lambda: _dashboard(session),
    }
    for name, chosen in _slices().items():
        asked[name] = lambda chosen=chosen: _figures(session, chosen)
        asked[f"{name}, bare"] = lambda name=name: [_rows(session, one) for one in BARE[kind][name]]
    for name, rule in RULES.items():
        asked[f"count {name}"] = lambda rule=rule: segments.count(
            session, rule, now=NOW, timezone=PARIS
        )
        asked[f"count {name}, bare"] = lambda name=name: _rows(session, SEGMENTS[kind][name])
    _check(asked)
    return asked


def _check(asked: dict[str, Callable[[], Any]]) -> None:
    """Both ways give the same numbers."""
    for name in RULES:
        bare = asked[f"count {name}, bare"]()[0][0]
        ours = asked[f"count {name}"]()
        assert ours == bare, (name, ours, bare)
    for name in _slices():
        days, stores = asked[name]()
        bare_days, bare_stores = asked[f"{name}, bare"]()
        assert len(days) == len(bare_days), name
        assert len(stores) == len(bare_stores), name


def _dashboard(session: Session) -> Any:
    """All that its page asks the database, as it asks it."""
    filters = Filters(typed=dict.fromkeys(("survey", "period", "since", "until"), ""))
    choices(session, WHOLE_HOUSE, PRODUCT_FIELDS)
    return facts(session, filters, Precision(), today=NOW.date(), **WHO)


def _figures(session: Session, chosen: Slice) -> Any:
    """The two questions that every figure of a filtered dashboard is summed from."""
    return figures.days(session, chosen, **WHO), figures.tallies(session, chosen, By.STORE, **WHO)


def _slices() -> dict[str, Slice]:
    return {
        "segment": Slice(segment=_segment("vip")),
        "own attribute": Slice(segment=_segment("city")),
        "colleague": Slice(agent="Agent 7"),
        "campaign": Slice(campaign="Vague 7"),
    }


def _segment(name: str) -> Segment:
    return Segment(slug=name, name=name, rule=RULES[name], created_at=NOW)


RULES: dict[str, dict[str, Any]] = {
    "vip": {"contact": "tags", "has": "vip"},
    "city": {"attribute": "city", "is": "Ville 3"},
    "promoters": {"contact": "last_category", "is": "promoter"},
    "two orders": {"interactions": {"kind": "order"}, "at_least": 2},
    "lately": {"interactions": {"kind": "order", "within_days": 60}},
}


def _rows(session: Session, statement: str) -> Any:
    return session.connection().exec_driver_sql(statement).fetchall()


def _tell(kind: str, sizes: dict[int, Seconds]) -> None:
    print(f"\n{kind}, milliseconds")
    print(f"{'':<28}" + "".join(f"{f'{answers:,} answers':>22}" for answers in sizes))
    for name in next(iter(sizes.values())):
        print(f"{name:<28}" + "".join(f"{1000 * one[name]:>22,.1f}" for one in sizes.values()))
    few, many = next(iter(sizes.values())), list(sizes.values())[-1]
    _verdict("dashboard / scan", many["dashboard"] / many["scan"], QUARTER)
    if len(sizes) > 1:
        _verdict("dashboard, largest / smallest", many["dashboard"] / few["dashboard"], GROWTH)
    for name in _slices():
        _verdict(f"{name} / by hand", many[name] / many[f"{name}, bare"], FILTERED)
    for name in RULES:
        ours, bare = many[f"count {name}"], many[f"count {name}, bare"]
        _verdict(f"count {name} / by hand", ours / bare, COUNTED)


def _verdict(name: str, ratio: float, most: float) -> None:
    print(f"  {'reached' if ratio <= most else 'MISSED '}  {name}: {ratio:.2f} (at most {most})")


def _fresh(kind: str, place: str, answers: int) -> sa.Engine:
    """A new, empty house in a new database."""
    name = f"figures_{answers}"
    if kind == "postgresql":
        admin = sa.create_engine(place, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = sa.make_url(place).set(database=name)
    else:
        url = sa.make_url(f"sqlite:///{place}/{name}.sqlite")
    text = url.render_as_string(hide_password=False)
    engine = sa.create_engine(url, **database.engine_options(text))
    database.arm_sqlite(engine)
    if kind == "sqlite":
        sa.event.listen(engine, "connect", _give_memory)
    database.upgrade(engine)
    return engine


def _give_memory(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[str]:
    """A folder of files, or a PostgreSQL server of its own."""
    if kind == "sqlite":
        yield str(folder)
        return
    with postgresql(folder, work_mem="64MB") as url:
        yield url


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--answers", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--stores", type=int, default=200)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--interactions", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument(
        "--folder", help="where the databases are made; the system's own by default"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
