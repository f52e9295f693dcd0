"""From a few letters to one survey on its way to one client."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask_babel import refresh

from hopnps.models import Address, Delivery, Invitation, UserPlace
from tests.web.visitor import Visitor


@pytest.fixture
def ines(app, cast):
    """A colleague of the sales desk at her browser, who reads English."""
    visitor = Visitor(app, cast.colleague("ines"))
    visitor.post("/language", follow=False, language="en")
    refresh()  # the locale that the stage's application context remembers
    return visitor


@pytest.fixture
def claire(cast):
    return cast.client("claire", company="Vélos du Canal")


@pytest.fixture
def ticket(cast, claire):
    return cast.interaction(claire, "R-20455", store=cast.store())


@pytest.mark.parametrize(
    "letters", ["clai", "DELMAS", "claire del", "velos", "delmas@ex", "r-20455"]
)
def test_a_client_is_found_by_a_few_letters(ines, ticket, cast, letters):
    cast.client("marc")

    page = ines.get(f"/send?q={letters}").text

    assert "Claire Delmas" in page
    assert "Ticket R-20455" in page
    assert "Marc Oberlin" not in page


def test_more_than_are_shown_are_not_told_as_all(ines, cast):
    for number in range(9):
        cast.client("claire", external_id=str(number), email=f"claire{number}@example.org")

    assert "The first 8 matches." in ines.get("/send?q=delmas").text
    assert "9 matches" in ines.get("/search?q=delmas").text


def test_the_search_of_every_page_is_no_line_of_the_menu(ines, claire):
    page = ines.get("/search?q=claire").text

    assert "<h1>Search results</h1>" in page
    assert 'aria-current="page"' not in page


def test_one_letter_finds_nobody_yet(ines, claire):
    assert "Type one more letter" in ines.get("/send?q=c").text


def test_nobody_found_is_said(ines):
    assert "Nobody found" in ines.get("/send?q=xyzzy").text


def test_where_not_every_letter_is_read_the_page_says_so(ines, claire, cast, monkeypatch):
    assert "further back" not in ines.get("/send?q=nobody").text
    monkeypatch.setattr("hopnps.services.people_search.LATELY", 1)
    cast.client("marc")

    assert "in the 1 newest clients" in ines.get("/send?q=nobody").text
    assert "further back" in ines.get("/search?q=elmas").text


def test_three_clicks_send_one_mail(ines, claire, ticket, session, desk, mailroom):
    page = choose(ines, claire, ticket)
    assert "May be asked now" in page
    assert "Send to Claire Delmas" in page

    answer = press_send(ines, page)
    desk.work(now=datetime.now(UTC))

    assert "Sent to Claire Delmas" in answer.text
    [mail] = mailroom.to(claire.address)
    assert "2 mars 2026" in mail.message.get_body(("plain",)).get_content()
    invitation = session.query(Invitation).one()
    assert (invitation.survey.slug, invitation.created_by) == ("ticket", "Inès Kerbrat")


def test_the_page_of_an_order_leads_to_its_mail(ines, claire, ticket):
    page = ines.get(f"/admin/interaction/details/?id={ticket.id}").text

    link = re.search(r'href="(/send\?[^"]+)#mail"', page)[1].replace("&amp;", "&")
    assert ticket.reference in ines.get(link).text.split('id="mail"')[1]


def test_a_double_click_sends_one_mail(ines, claire, ticket, session):
    page = choose(ines, claire, ticket)

    press_send(ines, page)
    press_send(ines, page)

    assert session.query(Delivery).count() == 1


def test_who_was_asked_lately_is_refused_with_the_day(ines, claire, ticket, session):
    asked = datetime.now(UTC) - timedelta(days=12)
    session.add(Address(email=claire.address, last_asked_at=asked))
    session.commit()

    page = choose(ines, claire, ticket)
    pressed = press_send(ines, page).text

    assert "Not before" in page
    assert "At least 60 days must pass between two surveys." in page
    assert re.search(r"<button[^>]* disabled ", page)
    assert "Asked 12 days ago" in pressed
    assert session.query(Delivery).count() == 0


def test_who_unsubscribed_is_refused(ines, claire, session):
    session.add(Address(email=claire.address, unsubscribed_at=datetime.now(UTC)))
    session.commit()

    assert "Claire Delmas asked to receive no more mails." in choose(ines, claire)


def test_without_an_order_the_survey_about_the_house_is_offered(ines, claire, session):
    press_send(ines, choose(ines, claire))

    assert session.query(Invitation).one().survey.slug == "relation"


def test_a_plain_word_can_be_sent_to_who_was_just_asked(ines, claire, session):
    session.add(Address(email=claire.address, last_asked_at=datetime.now(UTC)))
    session.commit()

    press_send(ines, choose(ines, claire, what="template:reaction"))

    invitation = session.query(Invitation).one()
    assert invitation.survey is None


def test_somebody_elses_ticket_is_not_found(ines, cast, ticket):
    marc = cast.client("marc")

    assert ines.get(f"/send?contact={marc.id}&interaction={ticket.id}").status_code == 404


def test_the_mail_is_shown_in_the_clients_language(ines, cast, session):
    tom = cast.client("tom")

    page = choose(ines, tom)

    assert "The mail is in English." in page
    frame = re.search(r'<iframe src="([^"]+)"', page)[1]
    answer = ines.get(unescape(frame))
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "Tom" in answer.text


def test_names_from_outside_are_shown_as_text(ines, cast):
    cast.client("claire", last_name="<script>alert(1)</script>")

    assert "<script>alert" not in ines.get("/send?q=claire").text


def test_a_stranger_is_led_to_the_login(app):
    answer = app.test_client().get("/send?q=claire")

    assert answer.status_code == 302
    assert "/login" in answer.location


def choose(visitor, contact, interaction=None, what=""):
    about = interaction.id if interaction else ""
    return visitor.get(f"/send?q=x&contact={contact.id}&interaction={about}&what={what}").text


def press_send(visitor, page):
    """Post the form of the page as its button does."""
    form = page[page.rindex('<form method="post" action="/send"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return visitor.post("/send", **{name: unescape(value) for name, value in fields.items()})


@pytest.fixture
def lille_and_lyon(cast, session, app):
    """Inès sees Lille; Zoé, with a repair, is Lyon's."""
    lille, lyon = cast.store("Lille", "Nord"), cast.store("Lyon", "Rhône")
    user = cast.colleague("ines")
    user.places.append(UserPlace(store=lille))
    cast.client("claire", store=lille)
    zoe = cast.client("zoe", store=lyon)
    cast.interaction(zoe, "R-9", store=lyon)
    session.commit()
    return Visitor(app, user), zoe


def test_a_salesperson_of_lille_neither_finds_opens_nor_asks_a_client_of_lyon(
    lille_and_lyon, session
):
    ines, zoe = lille_and_lyon

    for page in ("/send?q=lefevre", "/send?q=R-9", "/send", "/search?q=lefevre", "/search?q=R-9"):
        assert "Lefèvre" not in ines.get(page).text
    for page in (f"/send?contact={zoe.id}", f"/send/mail?contact={zoe.id}"):
        assert ines.get(page).status_code == 404
    assert ines.get(f"/admin/contact/details/?id={zoe.id}").status_code == 404
    assert ines.post("/send", contact=str(zoe.id), nonce="n").status_code == 404
    assert session.query(Delivery).count() == 0


@pytest.mark.parametrize("letters", ["clai", "R-20455", "velos"])
def test_the_search_of_every_page_leads_to_a_clients_page(ines, claire, ticket, letters):
    assert 'action="/search"' in ines.get("/send").text

    page = ines.get(f"/search?q={letters}").text

    assert f'href="/admin/contact/details/?id={claire.id}"' in page
    assert "Ticket R-20455" in page


def test_before_a_letter_is_typed_the_latest_orders_stand_there(ines, ticket):
    page = ines.get("/send").text

    assert "The latest orders and tickets" in page
    assert "Ticket R-20455" in page


def test_a_sent_survey_leads_to_the_clients_page_and_stands_there(ines, claire, ticket):
    sent = press_send(ines, choose(ines, claire, ticket)).text
    assert f'<a href="/admin/contact/details/?id={claire.id}">See this client</a>' in sent

    page = ines.get(f"/admin/contact/details/?id={claire.id}&view=mails").text

    assert "waiting to leave" in page
    assert "Not before" in page
    assert "A word that asks nothing" in page
    assert "Ticket R-20455" not in page


def test_who_shares_an_address_is_named_on_the_clients_page(ines, claire, cast):
    cast.client("marc", email=claire.email, address=claire.address)

    page = ines.get(f"/admin/contact/details/?id={claire.id}").text

    assert "The same address also belongs to:" in page
    assert "Marc Oberlin" in page


def test_before_the_first_order_the_page_says_the_next_step(ines):
    page = ines.get("/send").text

    assert "No orders or tickets yet" in page
    assert "/imports" not in page.split("<main")[1]  # imports are marketing's
