"""A host of our own: settings, login, database and mail around HopNPS, and the command's way in."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from flask import Flask, current_app, request, session
from flask.cli import ScriptInfo
from flask.sessions import SecureCookieSessionInterface
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from hopnps import database, installation, pages, setting_values
from hopnps.access import principal
from hopnps.blueprints import account, login, login_limits, passwords, public_lane
from hopnps.domain.languages import LANGUAGES
from hopnps.extension import HopNPS

DEFAULTS = {
    "SESSION_COOKIE_NAME": "hopnps_session",
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),  # of idleness, then the login is asked again
    "WTF_CSRF_TIME_LIMIT": None,  # a form may stay open as long as its session
    "MAX_CONTENT_LENGTH": 256 * 1024**2,  # a file of a million contacts
    "MAX_FORM_MEMORY_SIZE": 4 * 1024**2,  # a mail template with all its languages
}

STRANGERS_LENGTH = 1024**2  # bytes


def create_app(**overrides: object) -> Flask:
    """The stand-alone application; `overrides` win over instance/config.py and the environment.

    Raises ValueError for a setting that cannot be read.
    """
    folder = installation.instance_folder(os.environ)
    app = Flask("hopnps", instance_path=str(folder), static_folder=None, template_folder=None)
    app.config.update(DEFAULTS)
    app.config.from_pyfile(folder / "config.py", silent=True)
    outside = {key: value for key, value in os.environ.items() if key not in overrides}
    app.config["HOPNPS_ORIGINS"] = setting_values.origins(app.config | overrides, outside)
    app.config.update(setting_values.load(app.config, os.environ) | overrides)
    app.config["HOPNPS_INSTANCE"] = str(folder)
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or installation.made_once(
        folder, "session.key"
    )
    public_lane.arm(app)
    _arm_sessions(app)
    Babel(app, locale_selector=_language)
    app.before_request(_intend)
    app.before_request(_bound_strangers)  # before CSRFProtect reads the form
    CSRFProtect(app)
    HopNPS(
        app,
        find_principal=login.find_principal,
        login_endpoint="hopnps_account.login",
        environ={},  # read above
    )
    app.register_blueprint(account.bp)
    app.register_blueprint(passwords.bp)
    pages.dress_all(app)
    return app


class SessionCookie(SecureCookieSessionInterface):
    """A session begun over https never travels without it; a plain-HTTP demo works as well."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def _arm_sessions(app: Flask) -> None:
    app.session_interface = SessionCookie()
    login.arm(app)
    login_limits.arm(app)
    if proxies := app.config["HOPNPS_TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def main() -> None:
    """The command `hopnps`."""
    from hopnps.cli import commands

    try:
        commands.main(prog_name="hopnps", obj=ScriptInfo(create_app=create_app))
    except ValueError as fault:  # a setting that cannot be read
        sys.exit(f"Error: {fault}")


def _intend() -> None:
    database.intend(writing=request.method not in {"GET", "HEAD", "OPTIONS"})


def _bound_strangers() -> None:
    """Who is not logged in sends a few words, no files. Nobody is asked for who only reads."""
    if request.method in pages.UNSAFE and principal() is None:
        request.max_content_length = STRANGERS_LENGTH


def _language() -> str:
    """The colleague's language, else the one chosen on this visit, else the browser's, else French."""
    if not request:
        return _command_language()
    asker = principal()
    chosen = (asker.language if asker else "") or session.get("language", "")
    return (
        chosen
        or request.accept_languages.best_match(LANGUAGES)
        or current_app.extensions["hopnps"].setting("HOPNPS_LANGUAGE")
    )


def _command_language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    return "fr" if spoken.startswith("fr") else "en"
