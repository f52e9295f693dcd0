"""A colleague at our own door: in, out, a password by a link, a limit to guessing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from hopnps.blueprints.login_limits import (
    LINKS_PER_ACCOUNT,
    LINKS_PER_ADDRESS,
    PER_ACCOUNT_AND_ADDRESS,
)
from hopnps.models import Notice
from hopnps.services import password_links, users
from tests.mail_lint import plain_of
from tests.people import PASSWORD
from tests.web.visitor import Visitor

NEW = "trois freins et une sonnette"


@pytest.fixture
def sophie(cast):
    return cast.colleague("sophie")


def test_somebody_without_a_login_is_led_there_and_back(app, sophie):
    visitor = Visitor(app)
    assert visitor.client.get("/account").location == "/login?next=/account"

    page = visitor.post("/login", email=sophie.email, password=PASSWORD, next="/account")

    assert page.request.path == "/account"
    assert "Sophie Marchal" in page.text


def test_a_wrong_password_is_said_in_plain_words_and_the_address_stays(app, sophie):
    page = Visitor(app).post("/login", email=sophie.email, password="not this one")

    assert "L’adresse ou le mot de passe est incorrect" in page.text
    assert f'value="{sophie.email}"' in page.text
    assert "not this one" not in page.text


@pytest.mark.parametrize(
    "way_out",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "/\tevil.example/",
        "javascript:alert(1)",
    ],
)
def test_the_way_back_after_a_login_never_leaves_this_site(app, sophie, way_out):
    answer = Visitor(app).post(
        "/login", follow=False, email=sophie.email, password=PASSWORD, next=way_out
    )

    assert answer.location == "/"


def test_five_wrong_passwords_in_a_row_and_even_the_right_one_must_wait(app, sophie, cast):
    visitor = Visitor(app)
    for _ in range(PER_ACCOUNT_AND_ADDRESS.amount):
        assert visitor.post("/login", email=sophie.email, password="wrong").status_code == 200

    answer = visitor.post("/login", email=sophie.email.upper(), password=PASSWORD)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "Attendez un quart d’heure" in answer.text
    camille = cast.colleague("camille")  # a colleague in the same office is not kept out
    assert visitor.post("/login", email=camille.email, password=PASSWORD).request.path != "/login"


def test_one_address_cannot_try_a_long_list_of_accounts(app):
    visitor = Visitor(app)
    answers = [
        visitor.post("/login", email=f"nobody{n}@tilleul.test", password="x").status_code
        for n in range(51)
    ]

    assert answers == [200] * 50 + [429]


def test_a_whole_office_may_log_in_from_one_address(app, sophie):
    for _ in range(60):
        answer = Visitor(app).post("/login", follow=False, email=sophie.email, password=PASSWORD)
        assert answer.status_code == 302


def test_somebody_who_left_cannot_log_in_and_is_logged_out(app, session, sophie, cast):
    camille = cast.colleague("camille")
    visitor = Visitor(app, camille)

    users.disable(session, camille, now=cast.now)
    session.commit()

    assert visitor.get("/account").request.path == "/login"
    page = Visitor(app).post("/login", email=camille.email, password=PASSWORD)
    assert "incorrect" in page.text


def test_logging_out_needs_a_post_and_ends_the_session(app, sophie):
    visitor = Visitor(app, sophie)
    assert visitor.get("/logout").status_code == 405

    visitor.post("/logout")

    assert visitor.get("/account").request.path == "/login"


def test_a_new_password_logs_out_everywhere_else(app, sophie):
    here, elsewhere = Visitor(app, sophie), Visitor(app, sophie)

    page = here.post("/account", present=PASSWORD, password=NEW)

    assert "Votre mot de passe est changé" in page.text
    assert here.get("/account").request.path == "/account"
    assert elsewhere.get("/account").request.path == "/login"
    assert Visitor(app).post("/login", email=sophie.email, password=NEW).request.path != "/login"


def test_the_present_password_is_asked_before_it_changes(app, sophie):
    visitor = Visitor(app, sophie)

    page = visitor.post("/account", present="guessed", password=NEW)

    assert "Ce n’est pas votre mot de passe actuel" in page.text
    assert Visitor(app).post("/login", email=sophie.email, password=NEW).request.path == "/login"


def test_a_link_lets_a_new_colleague_choose_a_password_once(app, run):
    link = run("user", "add", "leo.blin@tilleul.test", "--role", "sales").stdout.strip()
    path = urlsplit(link).path
    visitor = Visitor(app)
    assert "leo.blin@tilleul.test" in visitor.get(path).text

    visitor.post(path, password=NEW)

    assert "leo.blin@tilleul.test" in visitor.get("/account").text
    again = Visitor(app).get(path)
    assert again.status_code == 404
    assert "Il a déjà servi" in again.text
    assert 'href="/password"' in again.text


def test_a_weak_password_is_refused_at_its_field(app, run):
    link = run("user", "add", "leo.blin@tilleul.test", "--role", "sales").stdout.strip()

    page = Visitor(app).post(urlsplit(link).path, password="short")

    assert "au moins 12 caractères" in page.text
    assert 'aria-invalid="true"' in page.text


def test_an_old_or_altered_link_opens_nothing(app, house, sophie):
    now = datetime.now(UTC)
    old = password_links.make(house.links, sophie, now=now - timedelta(days=4))
    good = password_links.make(house.links, sophie, now=now)
    later = good.replace("/password/", "/password/9")  # a later end than was signed

    for link in (old, later, good[:-1], good + "x"):
        assert Visitor(app).get(urlsplit(link).path).status_code == 404
    assert Visitor(app).get(urlsplit(good).path).status_code == 200


def test_the_cookie_is_closed_to_scripts_and_other_sites_and_follows_https(app, sophie):
    for scheme, secure in (("http", False), ("https", True)):
        client = app.test_client()
        answer = client.get("/login", base_url=f"{scheme}://localhost")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure


def test_a_language_is_kept_for_the_visit_and_for_the_colleague(app, session, sophie):
    stranger = Visitor(app)
    assert "Log in" in stranger.post("/language", language="en", next="/login").text
    visitor = Visitor(app, sophie)
    assert "My account" in visitor.post("/language", language="en", next="/account").text

    assert "My account" in Visitor(app, sophie).get("/account").text
    assert "Mon compte" in visitor.post("/language", language="fr", next="/account").text
    assert "Mon compte" in visitor.post("/language", language="xx", next="/account").text


def test_a_hostile_name_is_shown_as_text(app, session, sophie):
    sophie.name = "<script>alert(1)</script>"
    session.commit()

    page = Visitor(app, sophie).get("/account").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_forgotten_password_is_replaced_by_a_mail_once_and_ends_other_sessions(
    app, desk, sophie, mailroom
):
    elsewhere = Visitor(app, sophie)
    Visitor(app).post("/password", email=sophie.email.upper())
    desk.work(now=datetime.now(UTC))
    path = re.search(r"/password/\d+/[\w-]+", plain_of(mailroom.mails[0].content))[0]
    here = Visitor(app)

    here.post(path, password=NEW)

    assert "Sophie Marchal" in here.get("/account").text
    assert elsewhere.get("/account").request.path == "/login"
    assert Visitor(app).get(path).status_code == 404
    assert Visitor(app).post(path, password="encore une autre phrase").status_code == 404
    assert Visitor(app).post("/login", email=sophie.email, password=NEW).request.path != "/login"


def test_the_answer_does_not_tell_who_is_a_colleague(app, session, sophie):
    answers = {
        Visitor(app).post("/password", email=email).text.replace(email, "…")
        for email in (sophie.email, "nobody@tilleul.test", "no address")
    }

    bare = re.compile(r'nonce="[^"]*"|content="[^"]*"|value="[^"]*"')
    assert len({bare.sub("", answer) for answer in answers}) == 1
    assert session.query(Notice).count() == 1


def test_links_are_mailed_so_often_and_no_more(app, sophie):
    for _ in range(LINKS_PER_ACCOUNT.amount):
        assert Visitor(app).post("/password", email=sophie.email).status_code == 200
    refused = Visitor(app).post("/password", email=sophie.email)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert "Attendez une heure, puis réessayez." in refused.text

    others = (f"nobody{n}@tilleul.test" for n in range(LINKS_PER_ADDRESS.amount))
    assert [Visitor(app).post("/password", email=one).status_code for one in others][-1] == 429


def test_a_theme_follows_the_colleague_from_machine_to_machine(app, session, sophie):
    Visitor(app, sophie).post("/account/theme", theme="dark", next="/account")

    assert 'data-theme="dark"' in Visitor(app, sophie).get("/account").text
    assert "data-theme=" not in Visitor(app).get("/login").text.replace("data-theme-switch", "")
    Visitor(app, sophie).post("/account/theme", theme="pink")
    session.expire_all()
    assert sophie.theme == "dark"
