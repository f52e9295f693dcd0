"""A client answers: on a phone, from the link in the mail, with and without JavaScript, by keyboard alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from hopnps.models import Address, Click, Delivery, DeliveryState, Response
from hopnps.services import clicks, images
from tests.browser.stage import PHONE, WIDE, beyond
from tests.sending import Desk

WORDS = {
    "fr": {
        "send": "Envoyer ma réponse",
        "change": "Envoyer mes modifications",
        "recorded": "Votre réponse est enregistrée.",
        "commented": "Votre réponse et votre commentaire sont enregistrés.",
        "stop": "Ne plus recevoir ces enquêtes",
        "unsubscribe": "Me désinscrire",
        "unsubscribed": "Votre désinscription est enregistrée.",
    },
    "en": {
        "send": "Send my answer",
        "change": "Send my changes",
        "recorded": "Your answer is recorded.",
        "commented": "Your answer and your comment are recorded.",
        "stop": "Stop receiving these surveys",
        "unsubscribe": "Unsubscribe",
        "unsubscribed": "You are unsubscribed.",
    },
}


@pytest.fixture
def links(house):
    return house.links


@pytest.fixture
def ask(cast):
    """A callable: a client is asked in a language; returns the id of the invitation."""

    def ask(language="fr"):
        client = cast.client("claire" if language == "fr" else "tom")
        soon = datetime.now(UTC) + timedelta(days=90)
        return cast.invitation(client, expires_at=soon).id

    return ask


@pytest.fixture
def kept(session):
    def kept():
        session.rollback()
        return [(one.score, one.comment) for one in session.query(Response)]

    return kept


def test_the_links_of_a_mail_lead_to_the_answer_and_to_the_way_out(
    stage, served, house, cast, mailroom, kept
):
    desk = Desk(house, now=datetime.now(UTC))
    desk.send_to(cast.client("claire"))
    desk.work()
    mail = mailroom.to("claire.delmas@example.org")[0].message
    phone = stage.page(viewport=PHONE)

    phone.set_content(mail.get_body(("html",)).get_content())
    phone.locator(f'a[href^="{served}/s/"][href$="/6"]').click()
    phone.locator("textarea").fill("Trop long.")
    phone.get_by_role("button").click()
    expect(phone.get_by_role("status")).to_have_text(WORDS["fr"]["commented"])
    assert kept() == [(6, "Trop long.")]

    phone.goto(mail["List-Unsubscribe"].strip("<>"))
    phone.get_by_role("button").click()
    expect(phone.locator("h1")).to_have_text(WORDS["fr"]["unsubscribed"])


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_client_answers_on_a_phone_changes_the_score_and_adds_a_comment(
    stage, links, ask, kept, language, java_script
):
    words, other = WORDS[language], {"fr": "en", "en": "fr"}[language]
    phone = stage.page(viewport=PHONE, language=other, java_script=java_script)

    phone.goto(links.score(ask(language), 9))
    expect(phone.locator("h1")).to_have_text(f"{language} promoter title")
    expect(phone.get_by_role("radio", name="9", exact=True)).to_be_checked()
    phone.get_by_role("radio", name="6", exact=True).check()
    phone.get_by_role("button", name=words["send"]).click()

    expect(phone.get_by_role("status")).to_have_text(words["recorded"])
    expect(phone.locator("h1")).to_have_text(f"{language} detractor title")
    assert kept() == [(6, "")]
    phone.get_by_label(f"{language} detractor prompt").fill("Trop long.\nVraiment.")
    phone.get_by_role("button", name=words["change"]).click()

    expect(phone.get_by_role("status")).to_have_text(words["commented"])
    assert kept() == [(6, "Trop long.\nVraiment.")]


def test_a_page_wears_its_logo_and_its_picture(phone, links, ask, cast, session):
    picture = _picture(session)
    for page in cast.survey().pages:
        page.logo = page.background_image = picture
    session.commit()

    phone.goto(links.score(ask(), 6))

    logo = phone.get_by_role("img", name="Vélos du Canal")
    assert logo.evaluate("image => image.naturalWidth") == 40
    behind = phone.locator("body").evaluate("body => getComputedStyle(body).backgroundImage")
    assert links.image(picture.sha256) in behind


def _picture(session):
    drawn = BytesIO()
    Image.new("RGB", (40, 20), "white").save(drawn, "PNG")
    picture = images.add(session, drawn.getvalue(), now=datetime.now(UTC))
    session.commit()
    return picture


def test_opening_every_link_of_the_mail_answers_nothing(phone, links, ask, kept, session):
    number = ask()
    for score in range(11):
        phone.goto(links.score(number, score))

    assert kept() == []
    opened = session.query(Click).filter(clicks.opened())
    assert sorted(click.score for click in opened) == list(range(11))


CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


def test_who_reads_and_moves_need_not_press_and_who_does_neither_votes_nothing(
    stage, session, links, ask, kept
):
    number, an_hour_ago = ask(), datetime.now(UTC) - timedelta(hours=1)
    mail = {"due_at": an_hour_ago, "sent_at": an_hour_ago, "state": DeliveryState.SENT}
    session.add(Delivery(invitation_id=number, **mail))
    session.commit()
    phone = stage.page(viewport=PHONE, user_agent=CHROME)
    phone.clock.install()
    phone.goto(links.score(number, 9))

    phone.clock.run_for(20_000)
    assert kept() == []
    with phone.expect_response(lambda answer: answer.request.method == "POST") as sent:
        phone.mouse.move(100, 200)
        phone.clock.run_for(2_000)
    assert sent.value.status == 204
    expect(phone.get_by_role("status")).to_have_text(WORDS["fr"]["recorded"])
    assert kept() == [(9, "")]

    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        phone.get_by_role("radio", name="6", exact=True).check()
        phone.clock.run_for(2_000)
    assert kept() == [(6, "")]
    phone.get_by_role("button").click()
    expect(phone.locator("h1")).to_have_text("fr detractor title")
    assert session.query(Response).one().changes[0].way == "page"


def test_a_page_that_a_machine_may_have_touched_stays_a_page(stage, links, ask, kept):
    phone = stage.page(viewport=PHONE)  # it calls itself headless, and no mail was ever sent
    phone.clock.install()
    phone.goto(links.score(ask(), 9))

    with phone.expect_response(lambda answer: answer.request.method == "POST") as sent:
        phone.mouse.move(100, 200)
        phone.clock.run_for(6_000)

    assert sent.value.status == 202
    expect(phone.get_by_role("status")).to_have_count(0)
    assert kept() == []


def test_the_keyboard_alone_is_enough(wide, links, ask, kept):
    wide.goto(links.score(ask(), 5))

    wide.keyboard.press("Tab")
    wide.keyboard.press("ArrowRight")
    wide.keyboard.press("Tab")
    wide.keyboard.type("Un peu cher.")
    wide.keyboard.press("Tab")
    wide.keyboard.press("Enter")
    wide.get_by_role("status").wait_for()

    assert kept() == [(6, "Un peu cher.")]


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_client_unsubscribes_from_the_page_of_a_score(
    stage, session, links, ask, language, java_script
):
    words = WORDS[language]
    phone = stage.page(viewport=PHONE, language=language, java_script=java_script)

    phone.goto(links.score(ask(language), 3))
    phone.get_by_role("link", name=words["stop"]).click()
    session.rollback()
    assert session.query(Address).one().unsubscribed_at is None
    phone.get_by_role("button", name=words["unsubscribe"]).click()

    expect(phone.locator("h1")).to_have_text(words["unsubscribed"])
    session.rollback()
    assert session.query(Address).one().unsubscribed_at


def test_a_score_that_is_none_opens_nothing_and_the_plain_link_asks_for_one(
    phone, links, ask, kept, stage
):
    stage.forgive("404")
    number = ask()
    phone.goto(f"{links.answer(number)}/11")
    expect(phone.locator("h1")).to_have_text("Ce lien n’est plus valable.")
    phone.goto(links.answer(number))
    expect(phone.locator(":checked")).to_have_count(0)

    phone.get_by_role("button").click()  # the browser itself asks for a score
    assert kept() == []
    phone.get_by_role("radio", name="10").check()
    phone.get_by_role("button").click()

    assert kept() == [(10, "")]


def test_a_comment_that_is_too_long_comes_back_whole(phone, links, ask, kept, stage):
    stage.forgive("400")
    comment = "Très long. " * 500
    phone.goto(links.score(ask(), 7))
    phone.locator("textarea").fill(comment)
    phone.get_by_role("button").click()

    expect(phone.get_by_role("alert")).to_contain_text("5\u202f499 caractères")
    expect(phone.locator("textarea")).to_have_value(comment)
    expect(phone.get_by_role("status")).to_have_text("Votre note est enregistrée.")
    assert kept() == [(7, "")]


@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}, PHONE, WIDE], ids=str)
def test_no_page_scrolls_sideways_and_every_target_is_large_enough(stage, links, ask, viewport):
    stage.forgive("404")
    number = ask()
    page = stage.page(viewport=viewport)
    for address in (links.score(number, 6), links.unsubscribe(number), "/s/unknown/6"):
        page.goto(address)
        assert beyond(page) == 0, address

    page.goto(links.score(number, 6))
    for radio in page.get_by_role("radio").all():
        box = radio.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 44
    assert page.get_by_role("button").bounding_box()["height"] >= 44
