"""Who asks, and what they may do: everything is closed unless a view opens itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import Role

View = TypeVar("View", bound=Callable[..., Any])

STAFF = frozenset(Role)
MARKETING = frozenset({Role.MARKETER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
_PUBLIC = "public"
_KEY = "hopnps.principal"


@dataclass(frozen=True)
class Principal:
    """The colleague who asks, as the host or our own login knows them; `scope` says whose clients they see."""

    id: str
    name: str
    email: str = ""
    roles: frozenset[Role] = frozenset()
    language: str = ""
    scope: Scope = WHOLE_HOUSE
    theme: str = ""  # system, light or dark; '' for what this browser chose

    def may(self, roles: frozenset[Role]) -> bool:
        return bool(self.roles & roles)


def opened_to(roles: frozenset[Role]) -> Callable[[View], View]:
    """Open a view to colleagues who have one of these roles."""

    def mark(view: View) -> View:
        view.hopnps_access = roles  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everybody: links in mails, the login page."""
    view.hopnps_access = _PUBLIC  # type: ignore[attr-defined]
    return view


def principal() -> Principal | None:
    """Who asks in this request; None for a stranger. The extension's callable is asked once a request."""
    if (
        _KEY not in request.environ
    ):  # not on `g`, which outlives a request inside a command or a test
        request.environ[_KEY] = current_app.extensions["hopnps"].find_principal()
    return request.environ[_KEY]


def forget_principal() -> None:
    """Ask nothing more about who asks, for a page that must do without the database."""
    request.environ[_KEY] = None


def refusal(roles: frozenset[Role]) -> ResponseReturnValue | None:
    """What to answer to somebody who may not pass: the way to the login, or 403; None if they may."""
    asker = principal()
    if asker is None:
        login = current_app.extensions["hopnps"].login_endpoint
        if login and request.method in {"GET", "HEAD"}:
            return redirect(url_for(login, next=request.full_path.rstrip("?")))
        abort(401)
    if not asker.may(roles):
        abort(403)
    return None


def exempt_from_csrf(blueprint: Blueprint) -> None:
    """A host's CSRFProtect is told that these views carry a right of their own, whether it came before us or after."""

    def tell(extensions: dict[str, Any]) -> None:
        if "csrf" in extensions:
            extensions["csrf"].exempt(blueprint)

    blueprint.record(lambda state: tell(state.app.extensions))
    blueprint.before_app_request(lambda: tell(current_app.extensions))


def guard(blueprint: Blueprint) -> None:
    """Close every view of a blueprint that did not open itself."""

    @blueprint.before_request
    def check() -> ResponseReturnValue | None:
        endpoint = request.endpoint or ""
        view = current_app.view_functions[endpoint]
        opened: Any = getattr(view, "hopnps_access", frozenset())
        if endpoint.endswith(".static"):
            return None
        return None if opened == _PUBLIC else refusal(opened)
