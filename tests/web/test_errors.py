"""What goes wrong is told on a page of ours, in plain words, never as a stack trace."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask, abort

from hopnps import HopNPS, access, pages
from hopnps.domain.errors import Invalid, NotFound, Refused
from tests.web.visitor import Visitor

pytestmark = pytest.mark.own_app


@pytest.fixture
def settings():
    return {"PROPAGATE_EXCEPTIONS": False}


@pytest.fixture
def room(app):
    """A room of ours where everything goes wrong."""
    bp = Blueprint("hopnps_trouble", __name__)
    access.guard(bp)
    pages.dress(bp)

    @bp.get("/trouble/<kind>")
    @access.public
    def trouble(kind: str):
        if kind.isdecimal():
            abort(int(kind))
        raise {
            "refused": Refused("%(name)s stays.", name="<b>Claire</b>"),
            "invalid": Invalid("This cannot be used."),
            "absent": NotFound("Nobody is here."),
            "bug": ZeroDivisionError("a secret of the code"),
        }[kind]

    app.register_blueprint(bp)
    return bp


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("400", 400, "Cette demande est illisible"),
        ("401", 401, "Connectez-vous"),
        ("403", 403, "Cette page ne vous est pas ouverte"),
        ("404", 404, "Il n’y a rien ici"),
        ("413", 413, "Ce fichier est trop volumineux"),
        ("429", 429, "Trop d’essais"),
        ("refused", 409, "&lt;b&gt;Claire&lt;/b&gt; stays."),
        ("invalid", 400, "This cannot be used."),
        ("absent", 404, "Nobody is here."),
        ("bug", 500, "Une erreur s’est produite de notre côté"),
    ],
)
def test_each_fault_has_its_page(app, room, kind, status, words):
    answer = Visitor(app).get(f"/trouble/{kind}")

    assert answer.status_code == status
    assert words in answer.text
    assert "hopnps.css" in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_an_unknown_address_and_a_wrong_method_are_told_as_well(app):
    assert "Il n’y a rien ici" in app.test_client().get("/nowhere").text
    answer = app.test_client().delete("/login")
    assert answer.status_code in {400, 405}  # the missing token may be seen first


def test_without_its_database_the_house_still_says_so_in_its_dress(app, session, cast):
    sophie = Visitor(app, cast.colleague("sophie"))
    engine = session.get_bind()
    session.remove()
    sa.event.listen(engine, "do_connect", _refuse)
    engine.dispose()

    for path in ("/account", "/nowhere", "/admin/contact/", "/"):
        answer = sophie.client.get(path)
        assert answer.status_code == 500
        assert "Une erreur s’est produite de notre côté" in answer.text
        assert "hopnps.css" in answer.text
    assert sophie.client.get("/hopnps-static/hopnps.css").status_code == 200
    sa.event.remove(engine, "do_connect", _refuse)


def _refuse(*_connection):
    raise sa.exc.OperationalError("connect", {}, ConnectionError("nobody there"))


def test_an_error_leads_back_to_where_one_came_from_but_never_off_the_site(app, room):
    for came_from, back in (
        ("http://localhost/admin/contact/?page=2", "/admin/contact/?page=2"),
        ("https://evil.example/login", None),
        ("http://localhost//evil.example/", "/evil.example/"),
        ("http://localhost/trouble/404", None),
    ):
        page = app.test_client().get("/trouble/404", headers={"Referer": came_from}).text
        assert ("Retour à la page précédente" in page) is bool(back)
        assert not back or f'href="{back}"' in page


def test_a_zero_byte_is_refused_before_it_reaches_a_database(app, cast):
    sophie = Visitor(app, cast.colleague("sophie"))

    assert sophie.client.get("/admin/contact/?search=%00").status_code == 400
    assert sophie.post("/admin/store/new/", name="a\0b").status_code == 400


def test_a_hosts_own_pages_and_faults_stay_as_they_are(make_database_url, tmp_path):
    host = Flask("host")
    host.config.update(SECRET_KEY="x", SQLALCHEMY_DATABASE_URI=make_database_url())

    @host.get("/")
    def front():
        return "the host's own page"

    @host.errorhandler(404)
    def lost(_fault):
        return "the host's own 404", 404

    environ = {
        "HOPNPS_INSTANCE": str(tmp_path),
        "HOPNPS_DATABASE_URL": host.config["SQLALCHEMY_DATABASE_URI"],
    }
    HopNPS(host, url_prefix="/nps", environ=environ)
    client = host.test_client()

    assert client.get("/").text == "the host's own page"
    assert "Content-Security-Policy" not in client.get("/").headers
    assert client.get("/elsewhere").text == "the host's own 404"
    ours = client.get("/nps/admin/contact/")
    assert ours.status_code == 401
    assert "hopnps.css" in ours.text
    with host.app_context():
        host.extensions["hopnps"].db.engine.dispose()
