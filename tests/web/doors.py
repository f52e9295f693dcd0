"""Every address of the application, who may open it, and how it is knocked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from hopnps.admin.guarded import Guarded
from hopnps.models import Role

# what strangers may open: the client's pages, the login, our own style sheets and pictures
PUBLIC = {
    "hopnps.choose_theme",
    "hopnps.static",
    "hopnps_account.choose_language",
    "hopnps_account.login",
    "hopnps_account.logout",
    "hopnps_hooks.bounce",  # a mail provider, who shows a key of its own
    "hopnps_images.show",
    "hopnps_passwords.choose",
    "hopnps_passwords.forgotten",
    "hopnps_public.answer",
    "hopnps_public.choose",
    "hopnps_public.honeypot",
    "hopnps_public.refusal",
    "hopnps_public.refuse",
    "hopnps_public.respond",
    "hopnps_public.style",
}
BY_TOKEN = (
    "hopnps_hooks.",
    "hopnps_public.",
)  # links in mails carry their own token, a provider shows its key
SAMPLES = {
    "filename": "hopnps.css",
    "form": "csv",
    "kind": "contacts",
    "language": "fr",
    "score": "9",
    "sha256": "0" * 64,
    "token": "1-abc",
    "who": "queued",
}


@dataclass(frozen=True)
class Door:
    """One rule and method of the url map."""

    endpoint: str
    method: str
    path: str


def doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        built = rule.build({name: SAMPLES.get(name, "1") for name in rule.arguments})
        assert built, rule
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Door(rule.endpoint, method, built[1])


def guarded(app: Flask, endpoint: str) -> bool:
    """Whether a stranger is turned away here: the view names its roles, or is one of our Flask-Admin views."""
    opened = getattr(app.view_functions[endpoint], "hopnps_access", None)
    return isinstance(opened, frozenset) or _admin_view(app, endpoint) is not None


def openers(app: Flask, door: Door) -> frozenset[Role]:
    """The roles that may open a guarded door."""
    view = _admin_view(app, door.endpoint)
    if view is None:
        return app.view_functions[door.endpoint].hopnps_access  # type: ignore[attr-defined]
    writes = door.method == "POST" or door.endpoint.endswith((".create_view", ".edit_view"))
    return getattr(view, "editors", view.roles) if writes else view.roles


def _admin_view(app: Flask, endpoint: str) -> Guarded | None:
    room = endpoint.partition(".")[0]
    views = [view for admin in app.extensions["admin"] for view in admin._views]
    return next((v for v in views if v.endpoint == room and isinstance(v, Guarded)), None)
