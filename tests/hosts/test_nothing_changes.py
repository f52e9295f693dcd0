"""A host before and after HopNPS moved in: its pages, words, errors, login, admin and hooks are the same."""

from __future__ import annotations

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from hopnps import HopNPS, database
from tests.hosts.hosts import Base, make_host, staff

PAGES = (
    "/",
    "/?speak=fr",
    "/login/ada",
    "/gone",
    "/nowhere",
    "/broken",
    "/admin/",
    "/admin/client/",
)


def looked_at(host):
    """What a visitor of the host gets: each page's status, headers and text."""
    host.config["PROPAGATE_EXCEPTIONS"] = False
    visitor = host.test_client()
    return {path: _told(visitor.get(path)) for path in (*PAGES, "/")}


def _told(answer):
    kept = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Date")}
    text = re.sub(r'csrf_token"[^>]*value="[^"]+"', "", answer.text)
    return answer.status_code, kept, re.sub(r'value="[\w.-]{60,}"', "", text)


def test_the_pages_of_a_host_are_what_they_were(make_database_url, app):
    alone = make_host(make_database_url())

    assert looked_at(app) == looked_at(alone)
    assert app.seen[-len(PAGES) - 1 :] == alone.seen


def test_its_templates_config_and_words_are_what_they_were(make_database_url, app):
    alone = make_host(make_database_url())

    for part in ("filters", "globals", "tests"):
        ours = getattr(app.jinja_env, part).keys() - getattr(alone.jinja_env, part).keys()
        assert {name for name in ours if not name.startswith(("nps_", "hopnps"))} == set()
    for name, value in alone.jinja_env.filters.items():
        assert app.jinja_env.filters[name].__qualname__ == value.__qualname__
    assert app.jinja_env.globals["menu"] == "crm-menu"
    changed = {key for key in app.config if app.config[key] != alone.config.get(key)}
    assert {key for key in changed if not key.startswith(("HOPNPS_", "SQLALCHEMY_DATABASE"))} == {
        "PROPAGATE_EXCEPTIONS"
    } & changed


def test_nothing_of_the_environment_reaches_a_hosts_secrets_or_mails(make_database_url, given):
    host = make_host(make_database_url(), **given)

    environ = {"SECRET_KEY": "taken", "MAIL_SERVER": "mail.test", "MAIL_PORT": "2525"}
    HopNPS(host, url_prefix="/nps", environ=environ)

    assert (host.config["SECRET_KEY"], host.config["MAIL_SERVER"]) == ("crm", "")
    assert host.extensions["hopnps"].mailer.state.port == 2525


def test_its_forms_stay_protected_and_ours_are(app, ada):
    assert ada.post("/").status_code == 400
    assert ada.post("/nps/admin/store/new/", data={"name": "Lille"}).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', ada.get("/").text)[1]
    assert ada.post("/", data={"csrf_token": token}).text == "saved"

    page = ada.get("/nps/admin/store/new/").text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
    made = ada.post("/nps/admin/store/new/", data={"name": "Lille", "csrf_token": token})
    assert made.status_code == 302


def test_our_pages_have_our_words_headers_and_errors(app, ada):
    page = ada.get("/nps/?speak=fr", follow_redirects=True)
    missing = ada.get("/nps/admin/store/details/?id=99&speak=fr")

    assert page.status_code == 200
    assert "nonce-" in page.headers["Content-Security-Policy"]
    assert missing.status_code == 404
    assert "Il n’y a rien ici" in missing.text


def test_a_stranger_is_sent_to_the_hosts_login(app):
    app.extensions["hopnps"].login_endpoint = "crm.home"

    assert app.test_client().get("/nps/admin/contact/").location.startswith("/?next=/nps/admin")


def test_a_factory_may_come_first(make_database_url, given):
    nps = HopNPS(url_prefix="/nps", find_principal=staff, environ={})
    hosts = [make_host(make_database_url(), **given) for _ in range(2)]
    for host in hosts:
        nps.init_app(host)

    for host in hosts:
        with host.app_context():
            assert nps.house is host.extensions["hopnps"]
            assert nps.house.app is host
            nps.upsert_contact(source="crm", external_id="1", email="claire@example.org")


def test_a_hosts_autogenerate_leaves_our_tables_alone(app, house):
    with app.db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": database.is_hosts})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("table", ["nps_contact", "nps_alembic_version"])
def test_every_table_of_ours_is_known_as_ours(table):
    assert database.is_ours(table, "table")
    assert not database.is_hosts(table, "table")
    assert database.is_hosts("client", "table")
