"""An administrator chooses how the house works; it counts at once, everywhere, unless the server fixed it."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from hopnps.models import Setting
from hopnps.services import chosen
from tests.conftest import NOON
from tests.services.answers import answers
from tests.web.visitor import Visitor


@pytest.fixture
def sophie(app, cast):
    return Visitor(app, cast.colleague("sophie"))


def choose(sophie, **texts):
    fields = {
        "HOPNPS_LANGUAGE": "fr",
        "HOPNPS_TIMEZONE": "",
        "HOPNPS_FREQUENCY_DAYS": "",
        "HOPNPS_EXPIRY_DAYS": "",
        "HOPNPS_RETRY_SECONDS": "",
    }
    return sophie.post("/settings", **fields | texts)


def test_what_is_chosen_counts_from_the_next_request_on_and_can_be_taken_back(app, sophie, session):
    page = choose(
        sophie,
        HOPNPS_FREQUENCY_DAYS="30",
        HOPNPS_TIMEZONE="America/New_York",
        HOPNPS_RETRY_SECONDS="2, 10",
    )
    assert "Les réglages sont enregistrés" in page.text
    assert "Choisi par Sophie Marchal, à l’instant" in page.text

    with app.app_context():  # as any other thread or worker sees it
        house = app.extensions["hopnps"]
        assert house.cadence.days == 30
        assert house.cadence.timezone == house.timezone == ZoneInfo("America/New_York")
        assert house.setting("HOPNPS_RETRY_SECONDS") == [120, 600]
        assert house.setting("HOPNPS_EXPIRY_DAYS") == 90

    choose(sophie)
    with app.app_context():
        assert app.extensions["hopnps"].cadence.days == 60
        assert app.extensions["hopnps"].session.query(Setting).count() == 0


def test_a_running_worker_takes_a_new_choice_at_its_next_turn(house, desk, cast, session, mailroom):
    claire = cast.client("claire")
    mailroom.answers[claire.address] = "450 4.2.1 mailbox busy"
    delivery = desk.send_to(claire)
    desk.work()
    assert (delivery.due_at - NOON).total_seconds() == 300

    chosen.save(session, {"HOPNPS_RETRY_SECONDS": "5, 1"}, now=NOON)
    session.commit()
    desk.work(now=delivery.due_at)
    assert (delivery.due_at - NOON).total_seconds() == 360


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("HOPNPS_FREQUENCY_DAYS", "often", "Écrivez un nombre de jours"),
        ("HOPNPS_FREQUENCY_DAYS", "-1", "Écrivez un nombre de jours"),
        ("HOPNPS_FREQUENCY_DAYS", "\u0663", "Écrivez un nombre de jours"),
        ("HOPNPS_EXPIRY_DAYS", "0", "De 1 à 3\u202f650 jours"),
        ("HOPNPS_TIMEZONE", "../../etc/passwd", "n’existe pas"),
        ("HOPNPS_TIMEZONE", "Mars/Olympus", "n’existe pas"),
        ("HOPNPS_RETRY_SECONDS", "5;10", "Écrivez des minutes"),
        ("HOPNPS_RETRY_SECONDS", "0", "Chaque pause dure"),
        ("HOPNPS_LANGUAGE", "xx", "choix"),
        ("HOPNPS_PRECISION", "0", "De 1 à 100 points"),
        ("HOPNPS_STORE_PRECISION", "±20", "Écrivez un nombre de points"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_kept(sophie, session, key, text, words):
    page = choose(sophie, **{"HOPNPS_EXPIRY_DAYS": "10", key: text})

    assert re.search(rf'id="{key}-fault">[^<]*{words}', page.text)
    assert session.query(Setting).count() == 0


def test_what_the_server_fixes_stands_as_fixed_and_no_secret_is_shown(app, sophie, monkeypatch):
    monkeypatch.setitem(app.extensions["hopnps"]._settings, "MAIL_PASSWORD", "sesame")
    page = sophie.get("/settings").text

    assert 'name="MAIL_DEFAULT_SENDER"' not in page  # the tests' configuration names one
    assert "bonjour@example.org" in page
    assert "Fixé par le fichier de configuration, <code>MAIL_DEFAULT_SENDER</code>" in page
    for secret in ("sesame", "a-test-key", app.config["HOPNPS_DATABASE_URL"]):
        assert secret not in page

    choose(sophie, MAIL_DEFAULT_SENDER="Eve <eve@evil.example>")
    with app.app_context():
        sender = app.extensions["hopnps"].setting("MAIL_DEFAULT_SENDER")
    assert sender == "Cycles Tilleul <bonjour@example.org>"


def test_a_default_with_an_address_is_shown_as_it_is_typed(app, sophie, monkeypatch):
    monkeypatch.setitem(app.extensions["hopnps"].origins, "MAIL_DEFAULT_SENDER", "default")
    page = sophie.get("/settings").text

    assert "&amp;lt;" not in page
    assert "Valeur par défaut\u00a0: hopnps &lt;surveys@localhost.localdomain&gt;." in page


def test_what_is_fixed_to_one_day_is_said_in_the_singular(app, sophie, monkeypatch):
    house = app.extensions["hopnps"]
    monkeypatch.setitem(house.origins, "HOPNPS_EXPIRY_DAYS", "environment")
    monkeypatch.setitem(app.config, "HOPNPS_EXPIRY_DAYS", 1)

    assert "<p>1 jour</p>" in sophie.get("/settings").text


def test_days_that_are_fixed_are_said_by_their_names(app, sophie, monkeypatch):
    house = app.extensions["hopnps"]
    monkeypatch.setitem(house.origins, "HOPNPS_SENDING_DAYS", "environment")
    monkeypatch.setitem(app.config, "HOPNPS_SENDING_DAYS", "1-3")

    assert "<p>lun. mar. mer.</p>" in sophie.get("/settings").text


def test_a_list_of_numbers_is_typed_on_a_keyboard_that_has_a_comma(sophie):
    page = sophie.get("/settings").text
    pauses = page.split('name="HOPNPS_RETRY_SECONDS"')[0].rpartition("<input")[2]

    assert "numeric" not in pauses
    assert 'inputmode="numeric"' in page


def test_the_dashboard_asks_for_as_many_answers_as_the_house_wants_to_be_sure(
    sophie, session, cast
):
    answers(session, [10] * 30 + [7] * 10 + [0] * 10, store=cast.store())

    def missing():
        text = " ".join(re.sub("<[^>]+>", " ", sophie.get("/dashboard").text).split())
        found = re.findall(r"encore (\d+) réponses pour ±(\d+)", text)
        return {int(points): int(count) for count, points in found}

    assert missing().keys() == {10, 20}
    choose(sophie, HOPNPS_PRECISION="5", HOPNPS_STORE_PRECISION="15")
    assert missing().keys() == {5, 15}
    choose(sophie, HOPNPS_PRECISION="80", HOPNPS_STORE_PRECISION="80")
    assert missing() == {}


def test_the_language_of_the_house_is_that_of_who_asks_for_none(app, sophie):
    choose(sophie, HOPNPS_LANGUAGE="en")

    assert "Log in" in app.test_client().get("/login").text
    assert "Se connecter" in app.test_client().get("/login", headers={"Accept-Language": "fr"}).text
