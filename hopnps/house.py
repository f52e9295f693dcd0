"""The house on one application: its settings, database, links and mail server, and what a host asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy.orm import Session

from hopnps import installation, setting_values, storage
from hopnps.access import Principal
from hopnps.choosable import CHOOSABLE
from hopnps.domain import verp
from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, HopNPSError, Invalid, Refused
from hopnps.domain.signing import Signer, signer
from hopnps.links import Links
from hopnps.mailer import Mailer
from hopnps.services import chosen
from hopnps.services.letters import Letters


class House:
    """`app.extensions["hopnps"]`; two applications of one process share nothing of it."""

    def __init__(
        self,
        app: Flask,
        *,
        find_principal: Callable[[], Principal | None],
        login_endpoint: str | None = None,
        base_template: str | None = None,
        bind_key: str | None = None,
        contact_source: Any = None,
        environ: Mapping[str, str],
    ) -> None:
        self.app = app
        self.find_principal = find_principal
        self.login_endpoint = login_endpoint
        self.base_template = base_template
        self.contact_source = contact_source
        self.contacts_read_at: datetime | None = None  # by this process
        self.worker_seen_at: datetime | None = None  # if this process is one
        self.bounces_due_at: datetime | None = None  # when it reads the bounces' mailbox again
        self.reminded_at: datetime | None = None  # when this process last found no reminder due
        self.bounce_faults = 0  # readings in a row that failed
        self._letters: tuple[dict[str, Any], Letters] | None = None
        self.origins = app.config.get("HOPNPS_ORIGINS") or setting_values.origins(
            app.config, environ
        )
        self._settings = setting_values.load(app.config, environ)
        ours = {key: value for key, value in self._settings.items() if key.startswith("HOPNPS_")}
        app.config.update(ours)
        self.links = Links(ours["HOPNPS_PUBLIC_URL"].rstrip("/"), tuple(self._token_keys()))
        if ours["HOPNPS_BOUNCE_ADDRESS"]:
            verp.return_path(ours["HOPNPS_BOUNCE_ADDRESS"], 1, self.links.keys)  # or ValueError
        self.mailer = Mailer.from_config({**app.config, **self._settings})
        self.db = storage.find(app, self._settings, bind_key)

    @property
    def session(self) -> Session:
        """This request's (or command's) database session."""
        return self.db.session  # type: ignore[return-value]

    @property
    def cadence(self) -> Cadence:
        """How often one address may be asked."""
        return Cadence(self.setting("HOPNPS_FREQUENCY_DAYS"), self.timezone)

    @property
    def timezone(self) -> ZoneInfo:
        """It decides what a day is."""
        return ZoneInfo(self.setting("HOPNPS_TIMEZONE"))

    @property
    def why_nothing_leaves(self) -> HopNPSError | None:
        """A key that cannot sign; or links over plain HTTP, which would be read on their way, and do not unsubscribe
        with one click. The mails of the demo and of tests never leave the machine.
        """
        try:
            self._signer()
        except Invalid as fault:
            return fault
        if self.links.public_url.lower().startswith("https://") or self.app.testing:
            return None
        if self.setting("HOPNPS_DEMO_MAILBOX"):
            return None
        return Refused(
            N_(
                "No mail leaves: HOPNPS_PUBLIC_URL is %(address)s. Links in mails need an address that begins with https://. The mails wait."
            ),
            address=self.links.public_url,
        )

    def _signer(self) -> Signer | None:
        key = self.setting("HOPNPS_DKIM_KEY")
        names = self.setting("HOPNPS_DKIM_SELECTOR"), self.setting("HOPNPS_DKIM_DOMAIN")
        return signer(key, *names) if key else None

    @property
    def letters(self) -> Letters:
        """Who writes our mails, as things are set now; kept meanwhile, so that each template is compiled once."""
        given: dict[str, Any] = {
            "links": self.links,
            "default_sender": self.setting("MAIL_DEFAULT_SENDER"),
            "timezone": self.timezone,
            "bounce_address": self.setting("HOPNPS_BOUNCE_ADDRESS"),
            "signer": self._signer(),
        }
        if self._letters is None or self._letters[0] != given:
            self._letters = given, Letters(**given)
        return self._letters[1]

    @property
    def fixed_timezone(self) -> ZoneInfo | None:
        """The same if the installation itself says it; None where a choice on the screen, a row, may say otherwise."""
        return None if self.origins["HOPNPS_TIMEZONE"] == setting_values.DEFAULT else self.timezone

    def setting(self, key: str) -> Any:
        """What is set: by the environment, else by the config, else on the screen, else by default.

        MAIL_... and SECRET_KEY of ours are not written into a host's config: its own mails stay its own.
        """
        if key in CHOOSABLE and self.origins[key] == setting_values.DEFAULT:
            kept = chosen.values(self.session)
            if key in kept:
                return kept[key]
        return self.app.config[key] if key.startswith("HOPNPS_") else self._settings[key]

    def _token_keys(self) -> list[str]:
        given = self._settings["HOPNPS_TOKEN_KEYS"]
        return given or [
            installation.made_once(Path(self._settings["HOPNPS_INSTANCE"]), "token.key")
        ]
