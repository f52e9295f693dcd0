"""Lists, details and forms over the tables, in Flask-Admin under our own base template."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_sqlalchemy import SQLAlchemy

from hopnps import pages
from hopnps.admin.base import ServiceView
from hopnps.admin.brands import BrandView
from hopnps.admin.contacts import ContactView
from hopnps.admin.guarded import FrontDoor
from hopnps.admin.interactions import InteractionView
from hopnps.admin.responses import ResponseView
from hopnps.admin.segments import SegmentView
from hopnps.admin.stores import RegionView, StoreView
from hopnps.admin.surveys import SurveyView
from hopnps.admin.templates import TemplateView
from hopnps.admin.users import UserView
from hopnps.storage import Apart

VIEWS: tuple[type[ServiceView], ...] = (
    ContactView,
    ResponseView,
    InteractionView,
    SegmentView,
    SurveyView,
    TemplateView,
    BrandView,
    StoreView,
    RegionView,
    UserView,
)
OUR_LOGIN = "hopnps_account.login"  # a host has its own, and its own colleagues


def mount(app: Flask, db: SQLAlchemy | Apart, url_prefix: str) -> None:
    """Give this app an admin of ours, apart from any the host has."""
    url = f"{url_prefix}/admin"
    admin = Admin(
        app,
        name="hopnps",
        url=url,
        endpoint="hopnps_admin",
        index_view=FrontDoor(url),
        theme=Bootstrap4Theme(base_template="hopnps/base.html"),
        csp_nonce_generator=pages.csp_nonce,
    )
    for view in VIEWS:
        if view is not UserView or app.extensions["hopnps"].login_endpoint == OUR_LOGIN:
            admin.add_view(view(db))
