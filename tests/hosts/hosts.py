"""A CRM of somebody else's, with everything a Flask application may have, and nothing of ours."""

from __future__ import annotations

from typing import Any

import flask_admin
from flask import Blueprint, Flask, abort, flash, g, render_template, request
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel, gettext
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hopnps.access import Principal
from hopnps.models import Role


class Base(DeclarativeBase):
    pass


class Client(Base):
    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Person(UserMixin):
    def __init__(self, name: str) -> None:
        self.id = name


TEMPLATES = {
    "crm/base.html": """<!doctype html><html lang="en"><head><title>{% block title %}CRM{% endblock %}</title>
{% block head %}<link rel="stylesheet" href="/crm.css">{% endblock %}</head>
<body><header class="crm-bar">The CRM of {{ company }}, {{ gettext('hello') }}</header>
{% for message in get_flashed_messages() %}<p class="crm-flash">{{ message }}</p>{% endfor %}
{% block content %}{% endblock %}</body></html>""",
    "crm/page.html": """{% extends "crm/base.html" %}{% block content %}<p>{{ 3|dateformat }} {{ menu }} {{ _('word') }}</p>
<form method="post"><input name="csrf_token" value="{{ csrf_token() }}"></form>{% endblock %}""",
}
HEADERS = {"Content-Security-Policy": "default-src 'self' https://cdn.crm.test", "X-Crm": "yes"}


def make_host(url: str, **config: Any) -> Flask:
    """The host, on this database, with its tables made."""
    host = Flask("crm")
    host.config.update(TESTING=True, SECRET_KEY="crm", SQLALCHEMY_DATABASE_URI=url, MAIL_SERVER="")
    host.config.update(config)
    host.jinja_loader = DictLoader(TEMPLATES)
    host.before_request(_forget)
    db = SQLAlchemy(model_class=Base)
    db.init_app(host)
    host.db = db
    CSRFProtect(host)
    Babel(host, locale_selector=lambda: request.args.get("speak", "de"))
    host.jinja_env.filters["dateformat"] = lambda value: f"crm-day-{value}"
    host.jinja_env.globals["menu"] = "crm-menu"
    _arm_login(host)
    host.register_blueprint(_pages())
    admin = flask_admin.Admin(host, name="CRM admin")
    admin.add_view(ModelView(Client, db, name="Clients"))
    host.context_processor(lambda: {"company": "Brasserie Test", "principal": "crm-principal"})
    host.register_error_handler(404, lambda _fault: ("crm: not found", 404))
    host.register_error_handler(500, lambda _fault: ("crm: broken", 500))
    host.after_request(_sign)
    host.seen = []
    host.before_request(lambda: host.seen.append(request.path))
    with host.app_context():
        Base.metadata.create_all(db.engine)
    return host


def staff() -> Principal | None:
    """The host's own people, as it knows them."""
    if not current_user.is_authenticated:
        return None
    return Principal(current_user.id, current_user.id.title(), roles=frozenset({Role.ADMIN}))


def _sign(response: Any) -> Any:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _forget() -> None:
    """Several requests share one application context in a test, in life they do not."""
    for answer in ("_login_user", "csrf_token", "csrf_valid", "_flask_babel"):
        g.pop(answer, None)


def _arm_login(host: Flask) -> None:
    manager = LoginManager(host)
    manager.login_view = "crm.login"
    manager.user_loader(Person)


def _pages() -> Blueprint:
    pages = Blueprint("crm", __name__)

    @pages.get("/")
    def home() -> str:
        return render_template("crm/page.html")

    @pages.post("/")
    def save() -> str:
        return "saved"

    @pages.get("/login/<name>")
    def login(name: str = "ada") -> str:
        login_user(Person(name))
        return gettext("in")

    @pages.get("/gone")
    def gone() -> Any:
        abort(404)

    @pages.get("/broken")
    def broken() -> Any:
        raise LookupError

    @pages.get("/flash")
    def told() -> str:
        flash("from the crm")
        return ""

    return pages
