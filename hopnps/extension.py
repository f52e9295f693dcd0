"""HopNPS(app): mounts the house on a Flask application and leaves the rest of it alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import Session

from hopnps import admin, blueprints, database, numbers, settings
from hopnps.access import Principal
from hopnps.domain.cadence import Cadence
from hopnps.links import Links
from hopnps.mailer import Mailer
from hopnps.services import events
from hopnps.signals import SIGNALS


class HopNPS:
    """The extension; `app.extensions["hopnps"]` is its one instance on that app.

    `find_principal` returns who asks in this request, or None; `login_endpoint` is where strangers are sent;
    settings found in `environ` win over the app's config.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        url_prefix: str = "",
        find_principal: Callable[[], Principal | None] = lambda: None,
        login_endpoint: str | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.environ = environ
        self.url_prefix = url_prefix
        self.find_principal = find_principal
        self.login_endpoint = login_endpoint
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Read the settings, mount the doors, arm the signals.

        Raises ValueError for a setting that cannot be read.
        """
        self.app = app
        app.config.update(settings.load(app.config, self.environ))
        app.extensions["hopnps"] = self
        self.links = Links(
            app.config["HOPNPS_PUBLIC_URL"].rstrip("/"), tuple(self._token_keys(app))
        )
        self.timezone = ZoneInfo(app.config["HOPNPS_TIMEZONE"])
        self.mailer = Mailer.from_config(app.config)
        self.db = _database(app)
        if "babel" not in app.extensions:
            Babel(app)
        numbers.arm(app)
        blueprints.mount(app, self.url_prefix)
        admin.mount(app, self.db, self.url_prefix)

    @property
    def session(self) -> Session:
        """This request's (or command's) database session."""
        return self.db.session  # type: ignore[return-value]

    @property
    def cadence(self) -> Cadence:
        """How often one address may be asked."""
        return Cadence(self.app.config["HOPNPS_FREQUENCY_DAYS"], self.timezone)

    @staticmethod
    def _token_keys(app: Flask) -> list[str]:
        folder = Path(app.config["HOPNPS_INSTANCE"])
        return app.config["HOPNPS_TOKEN_KEYS"] or [settings.made_once(folder, "token.key")]


def _database(app: Flask) -> SQLAlchemy:
    """The host's database if it has one, else one of our own; either tells our facts after commit."""
    db = app.extensions.get("sqlalchemy")
    if db is None:
        db = SQLAlchemy(app, engine_options=database.engine_options(_url(app)))
        with app.app_context():
            database.arm_sqlite(db.engine)
    event.listen(db.session, "after_commit", _tell)
    event.listen(db.session, "after_rollback", events.take)
    return db


def _url(app: Flask) -> str:
    folder = Path(app.config["HOPNPS_INSTANCE"]).absolute()
    url = app.config["HOPNPS_DATABASE_URL"] or f"sqlite:///{folder / 'hopnps.sqlite'}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    return url


def _tell(session: Session) -> None:
    for name, facts in events.take(session):
        SIGNALS[name].send(session, **facts)
