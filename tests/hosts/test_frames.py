"""Our pages in the host's frame, and in a host that has hardly anything."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from jinja2 import DictLoader, StrictUndefined

from hopnps import HopNPS
from hopnps.access import Principal
from hopnps.domain.scope import only
from hopnps.links import Purpose
from hopnps.models import Role
from tests.conftest import NOON
from tests.hosts.hosts import TEMPLATES
from tests.people import Cast
from tests.services.answers import answer
from tests.web.doors import doors


def paths(app):
    """What a GET opens, each with the first row of its table; of lists and forms that share a template one."""
    ours = [door for door in doors(app) if door.method == "GET" and door.path.startswith("/nps/")]
    staff = [one for one in ours if not one.path.startswith(("/nps/s/", "/nps/u/", "/nps/i/"))]
    named = {template(app, one.endpoint): one.path for one in staff if "static" not in one.path}
    return [
        f"{path}?id=1" if "details" in path or "edit" in path else path for path in named.values()
    ]


def template(app, endpoint):
    """The file of a list, form or page of the admin; of another page its own name."""
    room, _, page = endpoint.partition(".")
    view = next(
        (
            view
            for admin in app.extensions["admin"]
            for view in admin._views
            if view.endpoint == room
        ),
        None,
    )
    kind = {
        "index_view": "list",
        "create_view": "create",
        "edit_view": "edit",
        "details_view": "details",
    }.get(page)
    return getattr(view, f"{kind}_template", endpoint)


class TestStrict:
    """A host that wants every name in a template to be there."""

    @pytest.fixture
    def arguments(self):
        return {"base_template": "crm/base.html"}

    def test_every_page_opens(self, app, ada, cast, desk, session):
        app.jinja_env.undefined = StrictUndefined
        store = cast.store("Lille", "Hauts-de-France")
        claire = cast.client("claire", store=store, tags=["fidèle"])
        cast.interaction(claire)
        cast.client("omar", email="", address="")
        desk.launch()
        desk.work()
        answer(session, claire, 3, "Trop long", store=store, region=store.region)
        app.config["PROPAGATE_EXCEPTIONS"] = False

        broken = [path for path in paths(app) if ada.get(path).status_code >= 500]

        assert broken == []


class TestWorn:
    """With base_template="crm/base.html"."""

    @pytest.fixture
    def arguments(self):
        return {"base_template": "crm/base.html"}

    def test_our_pages_stand_in_the_hosts_frame(self, app, ada):
        page = ada.get("/nps/admin/store/?speak=fr")

        assert "The CRM of Brasserie Test" in page.text
        assert '<link rel="stylesheet" href="/crm.css">' in page.text
        assert "<title>Magasins" in page.text
        assert '<div class="hopnps">' in page.text
        assert "/nps/hopnps-worn.css" in page.text
        assert page.text.count("<html") == page.text.count("<body") == 1
        assert page.text.count("<h1") == 1

    def test_the_host_says_what_its_frame_may_load(self, app, ada):
        page = ada.get("/nps/admin/store/")

        assert "cdn.crm.test" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"

    def test_our_style_sheet_keeps_to_our_part(self, app):
        sheet = app.test_client().get("/nps/hopnps-worn.css")

        assert sheet.mimetype == "text/css"
        assert sheet.text.startswith(".hopnps {")
        assert not re.search(r"(?m)^\s*(:root|body)\s*\{", sheet.text)
        assert sheet.text.count("{") == sheet.text.count("}")

    def test_so_does_the_sheet_of_each_room(self, app, ada):
        desk = ada.get("/nps/send").text
        sheet = app.test_client().get("/nps/hopnps-worn-desk.css")

        assert '<link rel="stylesheet" href="/nps/hopnps-worn-desk.css">' in desk
        assert "desk.css" not in desk.replace("hopnps-worn-desk.css", "")
        assert sheet.text.startswith(".hopnps {")
        assert app.test_client().get("/nps/hopnps-worn-nowhere.css").status_code == 404

    def test_what_is_to_be_said_is_said_once(self, app, ada):
        form = ada.get("/nps/admin/store/new/").text
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)[1]

        page = ada.post(
            "/nps/admin/store/new/",
            data={"name": "Lille", "csrf_token": token},
            follow_redirects=True,
        )

        assert page.text.count("Lille is created.") == 1
        assert 'class="toast"' in page.text
        ada.get("/flash")
        assert '<p class="crm-flash">from the crm</p>' in ada.get("/").text

    def test_our_errors_wear_it_too(self, app, ada):
        page = ada.get("/nps/admin/store/details/?id=99")

        assert page.status_code == 404
        assert "The CRM of Brasserie Test" in page.text

    def test_a_client_sees_nothing_of_the_crm(self, app, session):
        from datetime import UTC, datetime, timedelta

        now = datetime.now(UTC)
        cast = Cast(session, now=now)
        asked = cast.invitation(cast.client("claire"), expires_at=now + timedelta(days=9))
        token = app.extensions["hopnps"].links.token(Purpose.ANSWER, asked.id)
        session.rollback()

        page = app.test_client().get(f"/nps/s/{token}/9")

        assert page.status_code == 200
        assert "CRM" not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


class TestBare:
    """A host without Flask-Babel, Flask-Login, CSRFProtect or a database."""

    @pytest.fixture
    def app(self, make_database_url, given):
        host = Flask("bare")
        host.config.update(given, TESTING=True, SECRET_KEY="bare")
        host.config["HOPNPS_DATABASE_URL"] = make_database_url()
        host.jinja_loader = DictLoader({"page.html": "{{ 1|tojson }}"} | TEMPLATES)
        host.jinja_env.filters["dateformat"] = kept = lambda value: "kept"
        host.kept = kept
        nps = HopNPS(url_prefix="/nps", find_principal=lambda: host.who, environ={})
        nps.init_app(host)
        host.nps, host.who = nps, Principal("1", "Ada", roles=frozenset({Role.ADMIN}))
        yield host
        with host.app_context():
            host.extensions["hopnps"].db.engine.dispose()

    def test_our_pages_speak_the_browsers_language(self, app):
        visitor = app.test_client()

        french = visitor.get("/nps/admin/store/", headers={"Accept-Language": "fr"})
        english = app.test_client().get("/nps/admin/region/", headers={"Accept-Language": "en"})

        assert "Magasins" in french.text
        assert (french.status_code, english.status_code) == (200, 200)
        assert app.jinja_env.filters["dateformat"] is app.kept
        assert "gettext" not in app.jinja_env.globals

    def test_a_salesperson_of_the_host_sees_what_the_host_says(self, app, house, session):
        cast = Cast(session, now=NOON)
        lille, lyon = cast.store("Lille", region="Nord"), cast.store("Lyon", region="Rhône")
        cast.client("claire", store=lille)
        cast.client("zoe", store=lyon)
        scope = app.nps.scope(stores=["Lille"])
        assert scope == only(stores=(lille.id,))
        app.who = Principal("2", "Inès", roles=frozenset({Role.SALES}), scope=scope)
        session.rollback()

        page = app.test_client().get("/nps/admin/contact/").text

        assert "Claire" in page
        assert "Zoé" not in page

    def test_forms_carry_our_own_token(self, app):
        visitor = app.test_client()

        assert visitor.post("/nps/admin/store/new/", data={"name": "Lille"}).status_code == 400
        form = visitor.get("/nps/admin/store/new/").text
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)[1]
        made = visitor.post("/nps/admin/store/new/", data={"name": "Lille", "csrf_token": token})
        assert made.status_code == 302
