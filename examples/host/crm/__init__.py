"""A small CRM of somebody else's: clients, tickets, its own login, admin, languages and dress. hopnps is in surveys.py."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template, request
from flask_admin import Admin
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from examples.host.crm import pages, surveys
from examples.host.crm.admin import VIEWS, FrontDoor
from examples.host.crm.models import Person, db

# Flask-Admin's lists carry handlers in their HTML
POLICY = "default-src 'self' 'unsafe-inline'; img-src 'self' data:"


def create_app(**config: Any) -> Flask:
    """The CRM with hopnps mounted under /nps; `config` must bring SECRET_KEY and SQLALCHEMY_DATABASE_URI."""
    app = Flask(__name__)
    app.config.update(config)
    db.init_app(app)
    CSRFProtect(app)
    Babel(app, locale_selector=lambda: request.accept_languages.best_match(["en", "fr"]))
    _arm_login(app)
    admin = Admin(app, name="Lindon CRM", index_view=FrontDoor())
    for view in VIEWS:
        admin.add_view(view())
    app.register_blueprint(pages.bp)
    for code, words in {404: "There is no such page.", 500: "Something broke."}.items():
        app.register_error_handler(code, _problem_page(code, words))
    app.after_request(_sign)
    surveys.nps.init_app(app)
    return app


def _arm_login(app: Flask) -> None:
    manager = LoginManager(app)
    manager.login_view = "pages.login"
    manager.user_loader(lambda number: db.session.get(Person, int(number)))


def _problem_page(code: int, words: str) -> Any:
    return lambda _fault: (render_template("crm/problem.html", words=words), code)


def _sign(response: Any) -> Any:
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Content-Security-Policy", POLICY)
    return response
