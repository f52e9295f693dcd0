"""Settings -> an application on a database of its own; used again by the next test, as if it were new."""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from limits.strategies import MovingWindowRateLimiter

from hopnps import create_app, database
from hopnps.blueprints.public_limits import Uses
from tests.databases import PostgresqlServer, SqliteFiles


class Templates(BytecodeCache):
    """Each page's template is compiled once for all applications of this process."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


class Statements(dict[Any, Any]):
    """Each statement is compiled once for all databases of a kind; SQLAlchemy asks anew for each engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._alike(key), compiled)

    @staticmethod
    def _alike(key: Any) -> Any:
        dialect, *rest = key
        return dialect.name, *rest


class House:
    """One application and what it was like when it was new."""

    statements = Statements()

    def __init__(self, databases: SqliteFiles | PostgresqlServer, settings: dict[str, Any]) -> None:
        self.databases = databases
        self.app = create_app(HOPNPS_DATABASE_URL=databases.make(), **settings)
        # what a test looks at must not block what it sets going: see the fixture `house`
        self.app.teardown_request(lambda _fault: database.intend(writing=False))
        self.extension = self.app.extensions["hopnps"]
        databases.hurry(self._engine())
        self._engine().update_execution_options(compiled_cache=self.statements)
        self.config, self.parts = dict(self.app.config), dict(vars(self.extension))

    def make_new(self) -> None:
        """Forget what the last test did: its rows, its settings, the attempts that were counted."""
        self.databases.put_back(self._engine())
        self.app.config.clear()
        self.app.config.update(self.config)
        vars(self.extension).clear()
        vars(self.extension).update(self.parts)
        for part in self.app.extensions.values():
            if isinstance(part, MovingWindowRateLimiter):
                part.storage.reset()
            if isinstance(part, Uses):
                part.reset()

    def tear_down(self) -> None:
        self.databases.drop(self._engine())

    def _engine(self) -> Any:
        with self.app.app_context():
            return self.extension.db.engine


class Street:
    """The houses of this process. Making an application takes longer than most tests."""

    def __init__(self) -> None:
        self.houses: dict[str, House] = {}

    def house(self, databases: SqliteFiles | PostgresqlServer, settings: dict[str, Any]) -> Flask:
        """An application that is new, or as good as new."""
        key = repr((type(databases).__name__, sorted(settings.items())))
        if key not in self.houses:
            self.houses[key] = House(databases, settings)
        else:
            self.houses[key].make_new()
        return self.houses[key].app
