"""Where our tables live: in the host's session, in another database beside it, or in a database of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.globals import app_ctx
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from hopnps import database


def find(app: Flask, settings: dict[str, Any], bind_key: str | None) -> SQLAlchemy | Apart:
    """The host's session, or with a bind key or a database address of our own a session beside the host's."""
    host = app.extensions.get("sqlalchemy")
    if host is None:
        return _own(app, settings)
    if bind_key is not None:
        return Apart(app, host, lambda: host.engines[bind_key])
    if url := settings["HOPNPS_DATABASE_URL"]:
        engine = sa.create_engine(url, **database.engine_options(url))
        return Apart(app, host, lambda: engine)
    return host


class Apart(scoped_session[Session]):
    """A session on another database than the host's, committed right after the host's and rolled back with it.

    Two databases know no common transaction: should ours fail to commit after the host's did, the error is raised
    and the host calls again. Its `session` and `engine` are what Flask-SQLAlchemy's `db` would give.
    """

    def __init__(self, app: Flask, host: SQLAlchemy, find_engine: Callable[[], sa.Engine]) -> None:
        sessions: Any = sessionmaker(class_=_Bound, find_engine=self._engine)
        super().__init__(sessions, scopefunc=_context)
        self._find_engine = find_engine
        self._armed: set[int] = set()
        app.teardown_appcontext(lambda _fault: self.remove())
        event.listen(host.session, "before_commit", self._flush_with)
        event.listen(host.session, "after_commit", self._commit_with)
        event.listen(host.session, "after_soft_rollback", self._roll_back_with)

    @property
    def session(self) -> Apart:
        return self

    @property
    def engine(self) -> sa.Engine:
        return self._engine()

    def _engine(self) -> sa.Engine:
        engine = self._find_engine()
        if id(engine) not in self._armed:
            self._armed.add(id(engine))
            database.arm_sqlite(engine)
        return engine

    def _flush_with(self, host: Session) -> None:
        if self.registry.has() and not host.in_nested_transaction():
            self.flush()

    def _commit_with(self, host: Session) -> None:
        if self.registry.has() and not host.in_nested_transaction():
            self.commit()

    def _roll_back_with(self, host: Session, previous: Any) -> None:
        if self.registry.has() and not previous.nested:
            self.rollback()


class _Bound(Session):
    """All it asks goes to one engine, which is known once there is an application context."""

    def __init__(self, *, find_engine: Callable[[], sa.Engine], **options: Any) -> None:
        super().__init__(**options)
        self._find_engine = find_engine

    def get_bind(self, *_args: Any, bind: Any = None, **_options: Any) -> Any:
        return bind or self._find_engine()


def _context() -> int:
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]


def _own(app: Flask, settings: dict[str, Any]) -> SQLAlchemy:
    folder = Path(settings["HOPNPS_INSTANCE"]).absolute()
    url = settings["HOPNPS_DATABASE_URL"] or f"sqlite:///{folder / 'hopnps.sqlite'}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db = SQLAlchemy(app, engine_options=database.engine_options(url))
    with app.app_context():
        database.arm_sqlite(db.engine)
    return db
