"""A marketer prepares a campaign, sees who gets it, launches it once, and watches it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_babel import refresh

from hopnps.models import Address, Campaign, Delivery, Segment
from hopnps.services import responses
from tests.conftest import NOON
from tests.sending import PARIS
from tests.web.visitor import Visitor


@pytest.fixture
def camille(app, cast):
    """A marketer at her browser, who reads English."""
    visitor = Visitor(app, cast.colleague("camille"))
    visitor.post("/language", language="en")
    refresh()  # the locale that the stage's application context remembers
    return visitor


def test_an_empty_list_leads_to_the_first_campaign(camille):
    page = camille.get("/campaigns")

    assert "No campaign yet" in page.text
    assert 'href="/campaigns/new"' in page.text


def test_before_the_launch_everybody_is_told_about(camille, desk, cast, session):
    for name in ("claire", "marc", "tom"):
        cast.client(name)
    cast.client("zoe", email="", address="")
    session.add(Address(email="marc.oberlin@example.org", unsubscribed_at=NOON))
    session.commit()

    page = camille.post("/campaigns/new", survey="relation", segment="everyone", name="Spring")

    assert "Spring: before the launch" in page.text
    assert "Send to 2 people" in page.text
    assert "Unsubscribed" in page.text
    assert "Without an address" in page.text
    assert session.query(Delivery).count() == 0


def test_the_lists_behind_the_numbers_name_people(camille, desk, cast, session):
    cast.client("claire")
    cast.client("zoe", email="", address="")
    campaign = desk.campaign()

    recipients = camille.get(f"/campaigns/{campaign.id}/people/recipients").text
    without = camille.get(f"/campaigns/{campaign.id}/people/no_address").text

    assert "Claire Delmas" in recipients
    assert "Claire Delmas" not in without
    assert "Zoé Lefèvre" in without
    assert camille.get(f"/campaigns/{campaign.id}/people/anybody").status_code == 404


def test_the_button_launches_once_however_often_it_is_pressed(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()

    first = camille.post(f"/campaigns/{campaign.id}/launch")
    second = camille.post(f"/campaigns/{campaign.id}/launch")

    assert "1 mail is queued." in first.text
    assert "nobody is written to twice" in second.text
    session.expire_all()
    assert session.query(Delivery).count() == 1


def test_with_nobody_to_write_to_the_button_is_off_and_says_why(camille, desk):
    page = camille.get(f"/campaigns/{desk.campaign().id}").text

    assert "There is nobody in this segment." in page
    assert "disabled" in page
    assert "/launch" not in page


def test_a_plain_word_needs_its_mail(camille, desk):
    page = camille.post("/campaigns/new", survey="", template="", segment="everyone").text

    assert "Without a survey, choose the mail to send." in page


def test_a_mail_without_score_buttons_carries_no_survey(camille, desk):
    page = camille.post(
        "/campaigns/new", survey="relation", template="reaction", segment="everyone", name="Kept"
    ).text

    assert "has no score buttons" in page
    assert 'value="Kept"' in page


def test_a_date_that_is_none_is_said_at_its_field(camille, desk):
    page = camille.post(
        "/campaigns/new", survey="relation", segment="everyone", at="next tuesday"
    ).text

    assert "“next tuesday” is not a date" in page
    assert 'value="next tuesday"' in page


def test_a_launched_campaign_is_no_longer_changed(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()
    desk.launch(campaign)

    camille.post(f"/campaigns/{campaign.id}/edit", survey="ticket", segment="everyone")

    session.expire_all()
    assert session.get(Campaign, campaign.id).survey.slug == "relation"


def test_a_campaign_can_be_changed_before_it_is_launched(camille, desk, session):
    campaign = desk.campaign()

    page = camille.post(
        f"/campaigns/{campaign.id}/edit", survey="ticket", segment="everyone", name="Tickets"
    )

    assert "Tickets: before the launch" in page.text


def test_after_the_launch_each_fate_and_each_answer_is_counted(
    camille, desk, cast, session, mailroom
):
    people = [cast.client(name) for name in ("claire", "marc", "tom", "zoe")]
    mailroom.answers[people[1].address] = "550 5.1.1 <b>no such user</b>"
    mailroom.cut_after_dot.add(people[2].address)
    campaign = desk.campaign()
    desk.launch(campaign)
    desk.work()
    claire = desk.deliveries()[0].invitation
    responses.respond(session, claire, 9, now=NOON + timedelta(hours=1), timezone=PARIS)
    session.commit()

    page = camille.get(f"/campaigns/{campaign.id}").text

    assert "2 mails sent of 4" in page
    assert "1 uncertain mail" in page
    assert "Tom Ashby" in page
    assert "+100" in page
    assert "1 answer" in page
    failed = camille.get(f"/campaigns/{campaign.id}/people/failed").text
    assert "550 5.1.1 &lt;b&gt;no such user&lt;/b&gt;" in failed


def test_the_mail_is_previewed_where_nothing_of_it_can_run(camille, desk):
    answer = camille.get(f"/campaigns/{desk.campaign().id}/mail/fr")

    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert camille.get(f"/campaigns/{desk.campaign().id}/mail/de").status_code == 404


def test_the_mail_is_shown_in_the_language_of_the_client_who_is_named(camille, desk, cast):
    cast.client("claire", language="fr")
    campaign = desk.campaign()

    theirs = camille.get(f"/campaigns/{campaign.id}").text
    other = camille.get(f"/campaigns/{campaign.id}?language=en").text

    assert "As Claire Delmas will see it" in theirs
    assert f"/campaigns/{campaign.id}/mail/fr" in theirs
    assert "As Claire Delmas will see it" not in other
    assert f"/campaigns/{campaign.id}/mail/en" in other


def test_a_sample_of_a_mail_about_the_whole_relation_speaks_of_no_order(camille, desk):
    campaign = desk.campaign()

    mail = camille.get(f"/campaigns/{campaign.id}/mail/fr").text

    assert "Bonjour Claire" in mail
    assert "30 septembre 2025" not in mail


def test_a_segment_leads_to_a_campaign_for_its_people(camille, desk, session):
    session.add(Segment(slug="vip", name="VIP", rule={}, created_at=NOON))
    session.commit()

    assert '<option selected value="vip">' in camille.get("/campaigns/new?segment=vip").text
    assert '<option selected value="everyone">' in camille.get("/campaigns/new?segment=?").text


def test_names_from_outside_are_shown_as_text(camille, desk, cast):
    cast.client("claire", first_name="<script>alert(1)</script>")
    campaign = desk.campaign(name="<i>Spring</i>")

    page = camille.get(f"/campaigns/{campaign.id}/people/recipients").text

    assert "<script>alert" not in page
    assert "<i>Spring" not in page


def test_sales_staff_launch_no_campaigns(app, cast, desk):
    ines = Visitor(app, cast.colleague("ines"))
    campaign = desk.campaign()

    assert ines.get("/campaigns").status_code == 403
    assert ines.post(f"/campaigns/{campaign.id}/launch").status_code == 403


def test_a_launch_without_its_token_does_nothing(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()

    answer = camille.client.post(f"/campaigns/{campaign.id}/launch")

    assert answer.status_code == 400
    assert session.query(Delivery).count() == 0
