"""A segment of a million clients -> what it costs to launch a campaign to them, and to stop it again.

    python -m benchmarks.launching [--people 1000000] [--database sqlite]

The measure is a bare INSERT ... SELECT, in the same run, of the same rows (addresses, invitations, mails) into the same
tables, once with their foreign keys looked at, as a launch does it, and once without. A launch also finds the segment,
judges everybody and marks whom it asks. Then the campaign is paused, resumed, cancelled and sends its rest; what a
cancel leaves to the clock is told with its longest turn, for as long may somebody wait who writes the same rows.
Sizes of a tenth, three tenths and all of the people; each in a process of its own, which tells its peak memory and on
PostgreSQL that of the server's process. Rows a second go by the processors' time, as others may be at work on the
machine; the clock is told too. `make bench-launch` runs it; it takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from benchmarks import sending_house
from benchmarks.postgresql import postgresql
from benchmarks.stopwatch import Spent, Stopwatch
from hopnps import database
from hopnps.domain.cadence import Cadence
from hopnps.models import Address, Campaign, Delivery, Invitation, Segment, Survey
from hopnps.services import campaign_runs, campaigns, seeds

CADENCE = Cadence(60)
ROWS = (Address, Invitation, Delivery)  # what a launch writes for each
CONTACTS = """
INSERT INTO nps_contact (source, external_id, email, address, first_name, last_name, company, phone, language, owner,
                         tags, attributes, notes, created_at, updated_at, last_category, previous_category)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :people),
     addressed (n, address) AS (SELECT n, 'client' || ((n * CAST(7919317 AS BIGINT)) % 100000007) || '@example.org' FROM numbers)
SELECT 'crm', 'C-' || n, address, address, 'Zoé', 'Lefèvre', 'Atelier ' || n, '01 99 00 12 34', 'fr', 'Inès',
       '', {nothing}, '', :now, :now, '', ''
FROM addressed
"""


def main() -> None:
    options = _options()
    if options.step:
        sys.stdout.write(json.dumps(measure(options)) + "\n")
        return
    sizes = [options.people // 10, options.people * 3 // 10, options.people]
    with TemporaryDirectory(prefix="hopnps-bench-") as folder:
        for kind in options.database or ["sqlite", "postgresql"]:
            with _server(kind, Path(folder)) as place:
                _tell(kind, {people: _run(place, folder, people) for people in sizes})


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """What each step cost, and megabytes of memory at the end of the launch."""
    app = sending_house.make(options.url, options.folder)
    with app.app_context():
        house = House(app.extensions["hopnps"].session, options.people)
        return {"launch": house.launch(), "memory": house.memory()} | house.stop() | house.bare()


class House:
    """One with so many clients, and the campaign to all of them."""

    def __init__(self, session: Any, people: int) -> None:
        self.session, self.people = session, people
        self.on_postgresql = session.get_bind().dialect.name == "postgresql"
        database.intend(writing=True)
        now = datetime.now(UTC)
        seeds.sow(session, now=now)
        nothing = "CAST('{}' AS JSONB)" if self.on_postgresql else "'{}'"
        moment = sa.bindparam("now", now, type_=Campaign.due_at.type)
        filling = sa.text(CONTACTS.format(nothing=nothing.replace(":", "\\:")))
        session.execute(filling.bindparams(moment, people=people))
        self.campaign = campaigns.create(
            session,
            name="Printemps",
            survey=session.scalars(sa.select(Survey).filter_by(slug="relation")).one(),
            segment=session.scalars(sa.select(Segment).filter_by(slug="everyone")).one(),
            now=now,
        )
        session.commit()
        sending_house.tidy(session)

    def launch(self) -> Spent:
        now = datetime.now(UTC)
        with self._watched() as spent:
            done = campaigns.launch(
                self.session, self.campaign, cadence=CADENCE, expiry_days=90, now=now
            )
        assert done.queued == self.people, done
        return spent

    def memory(self) -> dict[str, int]:
        """The peak of this process, and of the server's process that works for it."""
        found = {"ours": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
        if self.on_postgresql:
            backend = self.session.scalar(sa.text("SELECT pg_backend_pid()"))
            status = Path(f"/proc/{backend}/status").read_text().splitlines()
            anonymous = next(line for line in status if line.startswith("RssAnon"))
            found["server"] = int(anonymous.split()[1]) // 1024
            self.session.rollback()
        return found

    def stop(self) -> dict[str, Any]:
        """Pause, resume, cancel with all turns of the clock that it needs, and send the rest."""
        sending_house.tidy(self.session)
        number, session, now = self.campaign.id, self.session, datetime.now(UTC)
        found: dict[str, Any] = {}
        for verb in (campaign_runs.pause, campaign_runs.resume, campaign_runs.cancel):
            with self._watched() as found[verb.__name__]:
                verb(session, number, by="benchmark", now=now)
        turns = [*self._turns(lambda: campaign_runs.take_out_cancelled(session))]
        found["longest turn"] = max(turns, key=lambda one: one["clock"])
        found["all turns"] = {by: sum(one[by] for one in turns) for by in turns[0]}
        with self._watched() as found["send rest"]:
            campaign_runs.send_rest(session, number, cadence=CADENCE, by="benchmark", now=now)
        waiting = session.scalar(
            sa.select(sa.func.count()).where(Delivery.state == "waiting").select_from(Delivery)
        )
        assert waiting == self.people, waiting
        return found

    def bare(self) -> dict[str, Spent]:
        """The rows that the launch had made, put aside and inserted anew."""
        for table in ROWS:
            name = table.__tablename__
            self._run(f"CREATE TABLE kept_{name} AS SELECT * FROM {name} ORDER BY id")
        return {"bare": self._insert(), "bare, no keys looked at": self._insert(look=False)}

    def _insert(self, *, look: bool = True) -> Spent:
        names = [table.__tablename__ for table in ROWS]
        with self._looking_at_keys(False):
            for name in reversed(names):
                self._run(
                    f"TRUNCATE {name} CASCADE" if self.on_postgresql else f"DELETE FROM {name}"
                )
        sending_house.tidy(self.session)
        with self._looking_at_keys(look), self._watched() as spent:
            for name in names:
                rows = f"SELECT * FROM kept_{name} ORDER BY id"
                self.session.execute(sa.text(f"INSERT INTO {name} {rows}"))
        return spent

    @contextmanager
    def _looking_at_keys(self, look: bool) -> Iterator[None]:
        """Whether foreign keys are looked at, on the one connection that there is."""
        if not look:
            self._switch("SET session_replication_role = replica", "PRAGMA foreign_keys = OFF")
        yield
        if not look:
            self._switch("SET session_replication_role = origin", "PRAGMA foreign_keys = ON")

    def _switch(self, on_postgresql: str, on_sqlite: str) -> None:
        if self.on_postgresql:
            return self._run(on_postgresql)
        driver = self.session.connection().connection.driver_connection
        self.session.rollback()  # SQLite listens to this only between transactions
        driver.execute(on_sqlite)

    def _turns(self, turn: Callable[[], int]) -> Iterator[Spent]:
        found = 1
        while found:
            with self._watched() as spent:
                found = turn()
            yield spent

    @contextmanager
    def _watched(self) -> Iterator[Spent]:
        """What the transaction costs; the dictionary is filled at its end."""
        spent: Spent = {}
        watch = Stopwatch(self.session.connection())
        yield spent
        self.session.commit()
        spent.update(watch.spent())

    def _run(self, statement: str) -> None:
        self.session.execute(sa.text(statement))
        self.session.commit()


def _tell(kind: str, found: dict[int, dict[str, Any]]) -> None:
    few = next(iter(found.values()))
    first = next(iter(found))
    for people, steps in found.items():
        memory = ", ".join(f"{where} {size} MB" for where, size in steps.pop("memory").items())
        _say(f"\n{kind}, {people:,} clients; memory at the end of the launch: {memory}")
        _say(f"{'':26}{'clock s':>10}{'CPU s':>10}{'rows/s':>12}{'x smallest, a row':>20}")
        for name, spent in steps.items():
            processor = max(spent["processor"], 0.01)
            growth = processor / people / (max(few[name]["processor"], 0.01) / first)
            _say(
                f"{name:26}{spent['clock']:10.2f}{spent['processor']:10.2f}{people / processor:12,.0f}{growth:20.2f}"
            )
        ours, bare = steps["launch"]["processor"], steps["bare"]["processor"]
        _say(f"launch at {bare / ours:.0%} of the bare INSERT ... SELECT")


def _run(place: str, folder: str, people: int) -> dict[str, Any]:
    name = f"launch{people}"
    url = sa.make_url(place)
    if url.get_backend_name() == "postgresql":
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
    else:
        name = f"{folder}/{name}.sqlite"
    command = [sys.executable, "-m", "benchmarks.launching", "--step", "measure"]
    where = ["--url", url.set(database=name).render_as_string(False), "--folder", folder]
    done = subprocess.run(
        [*command, *where, "--people", str(people)], stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield "sqlite://"
        return
    with postgresql(folder) as url:
        yield url


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
