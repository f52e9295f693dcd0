"""A host of our own: settings, login, database and mail around HopNPS, and the command's way in."""

from __future__ import annotations

import os
import sys

from flask import Flask, current_app, request, session
from flask.cli import ScriptInfo
from flask_babel import Babel
from flask_wtf import CSRFProtect

from hopnps import database, settings
from hopnps.access import principal
from hopnps.domain.languages import LANGUAGES
from hopnps.extension import HopNPS


def create_app(**overrides: object) -> Flask:
    """The stand-alone application; `overrides` win over instance/config.py and the environment.

    Raises ValueError for a setting that cannot be read.
    """
    folder = settings.instance_folder(os.environ)
    app = Flask("hopnps", instance_path=str(folder), static_folder=None, template_folder=None)
    app.config.from_pyfile(folder / "config.py", silent=True)
    app.config.update(settings.load(app.config, os.environ) | overrides)
    app.config["HOPNPS_INSTANCE"] = str(folder)
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or settings.made_once(folder, "session.key")
    Babel(app, locale_selector=_language)
    CSRFProtect(app)
    HopNPS(app, environ={})  # read above
    app.before_request(_intend)
    return app


def main() -> None:
    """The command `hopnps`."""
    from hopnps.cli import commands

    try:
        commands.main(prog_name="hopnps", obj=ScriptInfo(create_app=create_app))
    except ValueError as fault:  # a setting that cannot be read
        sys.exit(f"Error: {fault}")


def _intend() -> None:
    database.intend(writing=request.method not in {"GET", "HEAD", "OPTIONS"})


def _language() -> str:
    """The colleague's language, else the one chosen on this visit, else the browser's, else French."""
    if not request:
        return _command_language()
    asker = principal()
    chosen = (asker.language if asker else "") or session.get("language", "")
    return (
        chosen
        or request.accept_languages.best_match(LANGUAGES)
        or current_app.config["HOPNPS_LANGUAGE"]
    )


def _command_language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    return "fr" if spoken.startswith("fr") else "en"
