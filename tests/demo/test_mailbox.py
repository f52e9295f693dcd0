"""The demo's mailbox: what arrives is shown, and can do nothing to whom it is shown."""

import smtplib
from email.message import EmailMessage

import pytest

from hopnps.demo.letters import Letterbox, html_of, plain_of
from hopnps.demo.post_office import open_post_office
from tests.mailroom import _free_port as free_port

pytestmark = pytest.mark.own_app  # the letterbox stands in this test's instance


@pytest.fixture
def settings():
    return {"HOPNPS_DEMO_MAILBOX": True}


@pytest.fixture
def letterbox(tmp_path):
    return Letterbox(tmp_path / "mailbox")


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def arrived(letterbox):
    """Drop a mail with this HTML, text and subject; returns its page's path."""

    def drop(html="<p>Bonjour</p>", plain="Bonjour", subject="Votre avis") -> str:
        letterbox.drop(mail(html, plain, subject).as_bytes())
        return f"/mailbox/{letterbox.latest(1)[0].name}"

    return drop


def mail(html="<p>Bonjour</p>", plain="Bonjour", subject="Votre avis") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Cycles Tilleul <bonjour@example.org>"
    message["To"] = "claire.delmas@example.org"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message


def test_a_mail_sent_by_smtp_stands_in_the_list(client, letterbox):
    office = open_post_office(letterbox, free_port())
    try:
        with smtplib.SMTP("127.0.0.1", office.port) as server:
            server.send_message(mail(subject="Comment va votre vélo ?"))
    finally:
        office.stop()

    page = client.get("/mailbox").text

    assert "Comment va votre vélo ?" in page
    assert "claire.delmas@example.org" in page


def test_the_newest_mail_comes_first(letterbox):
    letterbox.drop(mail(subject="premier").as_bytes())
    letterbox.drop(mail(subject="second").as_bytes())

    assert [letter.subject for letter in letterbox.latest(2)] == ["second", "premier"]


def test_an_empty_mailbox_says_what_fills_it(client):
    page = client.get("/mailbox", headers={"Accept-Language": "en"}).text

    assert "No mail yet" in page


def test_a_hostile_mail_runs_no_script_and_stays_in_its_frame(client, arrived):
    path = arrived(html="<script>alert(1)</script><p>Bonjour</p>")

    page, framed = client.get(path), client.get(f"{path}/html")
    policy = framed.headers["Content-Security-Policy"]

    assert "<script>alert" not in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


@pytest.mark.parametrize("view", ["", "/text", "/source"])
def test_a_mail_is_shown_as_text_whatever_it_says(client, arrived, view):
    path = arrived(plain="<img src=x onerror=alert(1)>", subject="<b>gras</b>")

    page = client.get(path + view).text

    assert "<img src=x" not in page
    assert "<b>gras</b>" not in page
    assert "&lt;b&gt;gras&lt;/b&gt;" in page


def test_links_of_a_mail_open_outside_their_frame():
    source = mail(html="<html><head><title>x</title></head><body>a</body></html>").as_bytes()

    assert '<head><base target="_blank">' in html_of(source)


def test_a_mail_in_an_unknown_charset_is_still_read():
    source = b"Content-Type: text/plain; charset=martian\r\n\r\nBonjour"

    assert plain_of(source) == "Bonjour"


@pytest.mark.parametrize("name", ["../session.key", "..%2Fsession.key", "nobody"])
def test_a_mail_that_is_not_there_is_not_found(client, arrived, name):
    arrived()

    assert client.get(f"/mailbox/{name}").status_code == 404
    assert client.get(f"/mailbox/{name}/source").status_code == 404


class TestOutsideTheDemo:
    @pytest.fixture
    def settings(self):
        return {}

    def test_there_is_no_mailbox(self, client, arrived):
        assert client.get("/mailbox").status_code == 404
        assert client.get(arrived()).status_code == 404

    def test_the_menu_does_not_speak_of_it(self, app):
        assert "hopnps_mailbox.index" not in app.view_functions
