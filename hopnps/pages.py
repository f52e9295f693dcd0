"""What every page of ours wears, and no page of a host: our words, our menu, a nonce, security headers.

Ours is what answers from a blueprint whose name starts with "hopnps", or an error page dressed by `words()`.
In templates: `_` and `ngettext` (our catalogue), `csp_nonce()`, `here()` (this page's path), `principal`, `menu()`,
`language`.
Jinja's one global of ours is `hopnps`, for macros, which see no context.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask, Response, abort, request, url_for
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from wtforms import ValidationError

from hopnps import database, errors, formats, frames
from hopnps.access import principal
from hopnps.domain.score import category_of
from hopnps.i18n import gettext, language, ngettext, say
from hopnps.menu import menu

VENDOR = (
    Path(__file__).parent / "static/hopnps/vendor"
)  # brought by the set-up; pages do without it
_NONCE = "hopnps.nonce"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
THEMES = ("system", "light", "dark")
THEME_COOKIE = "hopnps_theme"
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LEFT_OUT = (
    "dress",
    "form",
    "model",
    "rule_fault",
)  # asked for by templates of which not every page gives it


def arm(app: Flask) -> None:
    """Dress our pages of this app; a host's pages stay as they are."""
    app.jinja_env.globals["hopnps"] = SimpleNamespace(
        gettext=gettext,
        ngettext=ngettext,
        say=say,
        csrf=generate_csrf,
        category_of=category_of,
        has=app.view_functions.__contains__,
        has_fonts=(VENDOR / "inter/latin.woff2").exists(),
        has_htmx=(VENDOR / "htmx/htmx.min.js").exists(),
        base_template=lambda: app.extensions["hopnps"].base_template,
        untold=frames.untold,
        worn_head=frames.head,
    )
    formats.arm(app)
    app.after_request(_dress)


def dress(blueprint: Blueprint, *, by_token: bool = False) -> None:
    """Give our words and error pages to this blueprint, and check its forms' CSRF token.

    A room whose links carry their own token (`by_token`: links in mails) needs no other.
    """
    blueprint.before_request(_intend)
    blueprint.teardown_request(_forget_intent)
    blueprint.context_processor(words)
    if not by_token:  # a client's page says in words what it cannot keep
        blueprint.before_request(_refuse_zero_bytes)
        blueprint.before_request(_check_csrf)
    errors.arm(blueprint)


def dress_all(app: Flask) -> None:
    """Also the answers that belong to no blueprint, such as an unknown address; only for an application of our own."""
    app.context_processor(words)
    errors.arm(app)


def words() -> dict[str, Any]:
    """What our templates can say and ask; a host may be strict about names that a page leaves out."""
    return {
        **dict.fromkeys(LEFT_OUT),
        "_": gettext,
        "ngettext": ngettext,
        "language": language(),
        "csp_nonce": csp_nonce,
        "here": here,
        "principal": principal(),
        "menu": menu,
        "theme_choice": theme(),
    }


def csp_nonce() -> str:
    """The word that lets this answer's own <script> and <style> run; a new one each time."""
    return request.environ.setdefault(_NONCE, secrets.token_urlsafe(18))


def theme() -> str:
    """The theme that who asks chose, else the one chosen in this browser: system, light or dark."""
    asker = principal()
    chosen = (asker.theme if asker else "") or request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def here() -> str:
    """This page's path and query, for a form that comes back to it."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def asked_part() -> str:
    """The id of the part that htmx wants of this page, '' for the whole page: a view may then render that part alone."""
    return request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""


def way_back(field: str = "next", otherwise: str = "") -> str:
    """Where a form asks to return to, if that is a page of this site, else `otherwise` or the front door."""
    path = request.values.get(field, "")
    inside = path.startswith("/") and not path.startswith("//")
    if not inside or "\\" in path or not path.isprintable():
        return otherwise or url_for("hopnps.home")
    return path


def ours() -> bool:
    """Whether this answer is a page of ours."""
    return (request.blueprint or "").startswith("hopnps") or _NONCE in request.environ


def _intend() -> None:
    """Before anything is asked of the database. Only a database of our own listens."""
    database.intend(writing=request.method in UNSAFE)


def _forget_intent(_fault: BaseException | None) -> None:
    """The same thread may serve a page of the host's next, which hands in what it wrote."""
    database.intend(writing=True)


def _refuse_zero_bytes() -> None:
    """No text of a person holds one, and PostgreSQL stores none."""
    if any("\0" in text for values in request.values.lists() for text in values[1]):
        abort(400)


def _check_csrf() -> None:
    """Also where the host has no CSRFProtect; raises Flask-WTF's CSRFError, a 400."""
    if request.method in UNSAFE:
        try:
            validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
        except ValidationError as fault:
            raise CSRFError(str(fault)) from fault


def _dress(response: Response) -> Response:
    """A view that set one of these headers itself (a mail's preview) keeps its own."""
    if ours():
        if not frames.worn():
            response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not (request.endpoint or "").endswith(".static"):
            response.headers.setdefault("Cache-Control", "no-store")
    return response
