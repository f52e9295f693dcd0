"""HopNPS(app): mounts the house on a Flask application and leaves the rest of it alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Flask, current_app, request
from flask_babel import Babel

from hopnps import access, admin, blueprints, frames, numbers, pages, signals
from hopnps.access import Principal
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.scope import Scope
from hopnps.house import House
from hopnps.incoming import ContactSource
from hopnps.models import Contact, Interaction, Invitation, Response
from hopnps.services import events, from_host, handed_in, scopes


class HopNPS:
    """The extension. `HopNPS(app)`, or `nps = HopNPS()` and later `nps.init_app(app)`, for as many apps as you like.

    `find_principal` returns who asks in this request, or None; `login_endpoint` is where strangers are sent;
    `base_template` is the host's template that our pages wear; `bind_key` names the host's other database that holds
    our tables; `contact_source` is asked who changed. Settings found in `environ` win over the app's config.
    docs/mounting.md tells all of it.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        url_prefix: str = "",
        find_principal: Callable[[], Principal | None] = lambda: None,
        login_endpoint: str | None = None,
        base_template: str | None = None,
        bind_key: str | None = None,
        contact_source: ContactSource | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.url_prefix = url_prefix.rstrip("/")
        self._given: dict[str, Any] = {
            "find_principal": find_principal,
            "login_endpoint": login_endpoint,
            "base_template": base_template,
            "bind_key": bind_key,
            "contact_source": contact_source,
            "environ": environ,
        }
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Read the settings, mount the doors, arm the signals.

        Raises ValueError for a setting that cannot be read.
        """
        house = House(app, **self._given)
        app.extensions["hopnps"] = house
        events.arm(house.session, signals.fire)
        if "babel" not in app.extensions:
            Babel(app, configure_jinja=False, locale_selector=_language)
        numbers.arm(app)
        if house.base_template:
            frames.mount(app, self.url_prefix)
        blueprints.mount(app, self.url_prefix)
        admin.mount(app, house.db, self.url_prefix)

    @property
    def house(self) -> House:
        """The house on the application at work."""
        return current_app.extensions["hopnps"]

    def upsert_contact(self, **values: Any) -> Contact:
        """Make or change one contact: see services/handed_in.py. Flushed; the commit is yours."""
        return handed_in.upsert_contact(self.house.session, **values, now=_now())

    def record_interaction(self, **values: Any) -> Interaction:
        """Make or change one order, ticket, ...: see services/handed_in.py. Flushed; the commit is yours."""
        return handed_in.record_interaction(self.house.session, **values, now=_now())

    def find_contact(self, *, source: str, external_id: str) -> Contact | None:
        """The contact you know by this identity."""
        return handed_in.find_contact(self.house.session, source=source, external_id=external_id)

    def send(
        self,
        about: Contact | Interaction,
        *,
        survey: str | None = None,
        by: str | None = None,
        nonce: str = "",
    ) -> Invitation:
        """One survey to one client, about an order or ticket or about the house; it leaves after your commit.

        `survey` is its short name, by default the one that fits; the same `nonce` again sends no second mail.
        Raises Refused, which `nps.say` puts in words, if this person may not be asked now.
        """
        return from_host.send(
            self.house.session,
            about,
            slug=survey,
            nonce=nonce or uuid4().hex,
            by=_asker() if by is None else by,
            cadence=self.house.cadence,
            expiry_days=self.house.setting("HOPNPS_EXPIRY_DAYS"),
            now=_now(),
        )

    def refusal(self, about: Contact | Interaction, *, survey: str | None = None) -> str:
        """Why `send` would refuse now, in the visitor's language; '' if it would not."""
        refused = from_host.refusal(
            self.house.session, about, slug=survey, cadence=self.house.cadence, now=_now()
        )
        return self.say(refused) if refused else ""

    def answers(self, contact: Contact, *, most: int = 20) -> list[Response]:
        """What this client answered, the latest first."""
        return from_host.answers(self.house.session, contact, most=most)

    def scope(self, *, stores: Iterable[str] = (), regions: Iterable[str] = ()) -> Scope:
        """The scope of a Principal who sees these stores and regions only, by name; an unknown name adds nothing."""
        return scopes.named(self.house.session, stores=stores, regions=regions)

    @staticmethod
    def say(error: Exception) -> str:
        """One of our errors in the visitor's language."""
        from hopnps.i18n import say

        return say(error)  # type: ignore[arg-type]


def _now() -> datetime:
    return datetime.now(UTC)


def _asker() -> str:
    known = access.principal() if request else None
    return (known.name or known.email) if known else ""


def _language() -> str | None:
    """Of our pages in a host that speaks one language: the colleague's, else the browser's, else the house's."""
    if not request or not pages.ours():
        return None
    asker = access.principal()
    return (
        (asker.language if asker else "")
        or request.accept_languages.best_match(LANGUAGES)
        or current_app.extensions["hopnps"].setting("HOPNPS_LANGUAGE")
    )
