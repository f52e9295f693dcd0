"""A marketer prepares a campaign in four steps, sees who gets it, launches it once, and watches it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask_babel import refresh

from hopnps.blueprints.campaigns import people
from hopnps.models import Address, Campaign, Delivery, Notice, Segment
from hopnps.services import campaigns, responses
from tests.conftest import NOON
from tests.sending import PARIS
from tests.web.visitor import Visitor


@pytest.fixture
def camille(app, cast):
    """A marketer at her browser, who reads English."""
    visitor = Visitor(app, cast.colleague("camille"))
    visitor.post("/language", follow=False, language="en")
    refresh()  # the locale that the stage's application context remembers
    return visitor


@pytest.fixture
def begun(camille, desk, session):
    """The address of a draft that asks the survey `relation`."""
    desk.survey()

    def begin(**fields):
        camille.post("/campaigns/new", **{"survey": "relation"} | fields)
        session.rollback()
        return f"/campaigns/{session.query(Campaign).order_by(Campaign.id.desc()).first().id}"

    return begin


def press(visitor, campaign, **fields):
    """The button of the page that confirms a launch, as it stood there."""
    path = f"/campaigns/{campaign.id}/launch"
    page = visitor.get(path).text
    hidden = dict(re.findall(r'type="hidden" name="(people|mark)" value="(\w+)"', page))
    return visitor.post(path, **hidden | fields)


def test_an_empty_list_leads_to_the_first_campaign(camille):
    page = camille.get("/campaigns")

    assert "No campaign yet" in page.text
    assert 'href="/campaigns/new"' in page.text


def test_four_steps_lead_to_the_check(camille, desk, cast, session, begun):
    cast.client("claire")
    path = begun(name="Spring")

    whom = camille.get(f"{path}/whom?segment=everyone").text
    mail = camille.post(f"{path}/whom", segment="everyone").text
    when = camille.post(f"{path}/mail", template="relation").text
    check = camille.post(f"{path}/when", when="now").text

    assert "client in this segment now" in whom
    assert "Claire Delmas" in whom
    assert "As Claire Delmas will see it." in mail
    assert "Time of Europe/Paris" in when
    assert "Spring: before the launch" in check
    assert "Send to 1 person" in check


def test_nothing_is_kept_before_the_first_step_is_sent(camille, desk, session):
    desk.survey()
    camille.get("/campaigns/new")

    assert session.query(Campaign).count() == 0


def test_a_draft_is_taken_up_where_it_was_left(camille, begun):
    path = begun(name="Spring")

    assert "Spring" in camille.get("/campaigns").text
    assert camille.client.get(path).location.endswith("/whom")


def test_going_back_keeps_what_was_chosen_on_the_way(camille, begun, session):
    path = begun(name="Spring")

    page = camille.post(f"{path}/whom", segment="everyone", go="what")

    assert 'value="Spring"' in page.text
    session.expire_all()
    assert session.query(Campaign).one().segment.slug == "everyone"


def test_a_draft_is_thrown_away_after_a_question(camille, begun, session):
    path = begun(name="Spring")

    question = camille.get(f"{path}/removal").text
    assert "Throw the draft “Spring” away?" in question
    assert session.query(Campaign).count() == 1

    assert "is thrown away" in camille.post(f"{path}/removal").text
    session.rollback()
    assert session.query(Campaign).count() == 0


def test_before_the_launch_everybody_is_told_about(camille, desk, cast, session):
    for name in ("claire", "marc", "tom"):
        cast.client(name)
    cast.client("zoe", email="", address="")
    session.add(Address(email="marc.oberlin@example.org", unsubscribed_at=NOON))
    session.commit()

    page = camille.get(f"/campaigns/{desk.campaign(name='Spring').id}").text

    assert "Spring: before the launch" in page
    assert "Send to 2 people" in page
    assert "Unsubscribed" in page
    assert "Without an address" in page
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
    assert "Claire" not in camille.get(f"/campaigns/{campaign.id}/people/recipients?q=marc").text
    assert camille.get(f"/campaigns/{campaign.id}/people/anybody").status_code == 404


def test_the_first_page_of_a_list_says_how_many_they_are(camille, desk, cast, monkeypatch):
    for name in ("claire", "marc", "tom"):
        cast.client(name)
    path = f"/campaigns/{desk.campaign().id}/people/recipients"

    assert "3 people" in camille.get(path).text
    monkeypatch.setattr(people, "PAGE", 2)
    assert "3 people" in camille.get(path).text
    last = camille.get(f"{path}?page=2").text
    assert last.count("@example") == 1
    assert "people</p>" not in last


def test_a_list_is_a_file_in_which_nothing_runs(camille, desk, cast):
    cast.client("claire", first_name='=HYPERLINK("http://example.org")')
    campaign = desk.campaign()

    page = camille.get(f"/campaigns/{campaign.id}/people/recipients").text
    assert f'href="/campaigns/{campaign.id}/people/recipients/file"' in page
    answer = camille.get(f"/campaigns/{campaign.id}/people/recipients/file")

    assert answer.mimetype == "text/csv"
    assert "\"'=HYPERLINK" in answer.text
    assert '"First name","Last name"' in answer.text


def test_the_page_before_the_launch_says_what_cannot_be_taken_back(camille, desk, cast):
    cast.client("claire")

    page = camille.get(f"/campaigns/{desk.campaign().id}/launch").text

    assert "A mail that has left cannot be called back." in page
    assert "Send to 1 person" in page


def test_the_button_launches_once_however_often_it_is_pressed(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()
    announced = {"people": 1, "mark": campaigns.mark(campaign)}

    first = camille.post(f"/campaigns/{campaign.id}/launch", **announced)
    second = camille.post(f"/campaigns/{campaign.id}/launch", **announced)

    assert "1 mail is queued." in first.text
    assert "nobody is written to twice" in second.text
    session.expire_all()
    assert session.query(Delivery).count() == 1


def test_when_the_audience_moved_nothing_leaves(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()
    announced = {"people": 1, "mark": campaigns.mark(campaign)}
    cast.client("marc")

    page = camille.post(f"/campaigns/{campaign.id}/launch", **announced).text

    assert "2 people may get it now, not 1" in page
    assert "Send to 2 people" in page
    assert session.query(Delivery).count() == 0
    assert "it was 1 a moment ago" in camille.get(f"/campaigns/{campaign.id}/launch?people=1").text


def test_what_another_tab_changed_meanwhile_does_not_leave_unseen(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()
    announced = {"people": 1, "mark": campaigns.mark(campaign)}
    camille.post(f"/campaigns/{campaign.id}/what", survey="ticket")

    page = camille.post(f"/campaigns/{campaign.id}/launch", **announced).text

    assert "was changed since you looked at it" in page
    assert session.query(Delivery).count() == 0


def test_with_nobody_to_write_to_the_button_is_off_and_says_why(camille, desk):
    page = camille.get(f"/campaigns/{desk.campaign().id}").text

    assert "There is nobody in this segment." in page
    assert "disabled" in page
    assert "/launch" not in page


def test_each_step_says_what_is_missing_at_its_field(camille, begun):
    path = begun()

    assert "Choose to whom it goes." in camille.post(f"{path}/whom", segment="").text
    assert "Choose the mail to send." in camille.post(f"{path}/mail", template="").text
    assert "Choose a date and a time." in camille.post(f"{path}/when", when="later").text
    assert "Not a valid choice" in camille.post(f"{path}/what", survey="nothing").text


def test_only_mails_that_suit_are_offered(camille, begun):
    survey, word = begun(), begun(survey="")

    assert 'value="reaction"' not in camille.get(f"{survey}/mail").text
    assert 'value="reaction"' in camille.get(f"{word}/mail").text
    assert 'value="relation"' not in camille.get(f"{word}/mail").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("next tuesday", "“next tuesday” is not a date"), ("2020-01-01T10:00", "has passed")],
)
def test_a_date_that_will_not_do_is_said_at_its_field(camille, begun, typed, said):
    page = camille.post(f"{begun()}/when", when="later", at=typed).text

    assert said in page
    assert f'value="{typed}"' in page


def test_a_date_is_kept_in_the_time_of_the_house(camille, begun, session):
    path, day = begun(), datetime.now(UTC) + timedelta(days=30)

    camille.post(f"{path}/when", when="later", at=f"{day:%Y-%m-%d}T09:30")

    assert session.query(Campaign).one().due_at.astimezone(PARIS).strftime("%H:%M") == "09:30"
    assert f'value="{day:%Y-%m-%d}T09:30"' in camille.get(f"{path}/when").text


def test_a_launched_campaign_is_no_longer_changed(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()
    desk.launch(campaign)

    page = camille.post(f"/campaigns/{campaign.id}/what", survey="ticket").text

    assert "it can no longer be changed" in page
    session.expire_all()
    assert session.get(Campaign, campaign.id).survey.slug == "relation"
    for step in ("what", "whom", "mail", "when", "removal", "launch"):
        answer = camille.client.get(f"/campaigns/{campaign.id}/{step}")
        assert answer.location == f"/campaigns/{campaign.id}"


def test_a_test_goes_to_who_asks_and_counts_nowhere(camille, desk, cast, session, mailroom):
    claire = cast.client("claire")
    campaign = desk.campaign()
    assert "not sent yourself a test" in camille.get(f"/campaigns/{campaign.id}").text

    page = camille.post(f"/campaigns/{campaign.id}/tests", contact=claire.id).text
    desk.work(now=datetime.now(UTC))

    assert "A test was sent to camille.arnoux@tilleul.test" in page
    assert [one.recipient for one in mailroom.mails] == ["camille.arnoux@tilleul.test"]
    assert "Bonjour Claire" in mailroom.mails[0].message.get_body(("html",)).get_content()
    assert session.query(Notice).one().kind == "test"
    assert session.query(Address).count() == 0


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
    assert "What happened" in failed
    sent = camille.get(f"/campaigns/{campaign.id}/people/sent").text
    assert "2 people" in sent and "none yet" in sent
    assert "Claire Delmas" in camille.get(f"/campaigns/{campaign.id}/people/answers-9").text


@pytest.fixture
def doubtful(desk, cast, session, mailroom):
    """A campaign of two whose second mail may have left."""
    cast.client("claire")
    mailroom.cut_after_dot.add(cast.client("tom").address)
    campaign = desk.campaign()
    desk.launch(campaign, now=datetime.now(UTC))
    desk.work(now=datetime.now(UTC))
    mailroom.cut_after_dot.clear()
    return campaign


def test_an_uncertain_mail_leaves_again_on_a_persons_word_only(camille, desk, doubtful, mailroom):
    assert "Send again to 1 person" in camille.get(f"/campaigns/{doubtful.id}").text

    page = camille.post(f"/campaigns/{doubtful.id}/uncertain", fate="again").text
    desk.work(now=datetime.now(UTC))

    assert "1 mail leaves again." in page
    assert "2 mails sent of 2" in camille.get(f"/campaigns/{doubtful.id}").text
    assert mailroom.to("tom.ashby@example.com")


def test_an_uncertain_mail_may_be_counted_as_sent(camille, desk, doubtful):
    page = camille.post(f"/campaigns/{doubtful.id}/uncertain", fate="sent").text

    assert "1 mail is counted as sent." in page
    assert "2 mails sent of 2" in page
    assert "uncertain mail" not in page
    assert camille.post(f"/campaigns/{doubtful.id}/uncertain", fate="?").status_code == 400


def test_the_part_that_stays_fresh_comes_alone(camille, desk, cast):
    cast.client("claire")
    campaign = desk.campaign()
    desk.launch(campaign)

    part = camille.get(
        f"/campaigns/{campaign.id}", headers={"HX-Request": "true", "HX-Target": "run"}
    ).text

    assert part.strip().startswith('<div id="run"')
    assert "0 mails sent of 1" in part
    assert "<html" not in part


def test_the_mail_is_previewed_where_nothing_of_it_can_run(camille, desk):
    answer = camille.get(f"/campaigns/{desk.campaign().id}/mail/fr")

    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert camille.get(f"/campaigns/{desk.campaign().id}/mail/de").status_code == 404


def test_the_hardest_mails_are_shown_as_their_readers_get_them(camille, desk, cast):
    cast.client("claire", first_name="Marie-Antoinette")
    tom = cast.client("tom")
    campaign = desk.campaign()

    first = camille.get(f"/campaigns/{campaign.id}").text
    other = camille.get(f"/campaigns/{campaign.id}?contact={tom.id}").text

    assert "The longest name" in first
    assert "Marie-Antoinette Delmas" in first
    assert "In English" in first
    assert f"/campaigns/{campaign.id}/mail/en?contact={tom.id}" in other
    assert "Hello Tom" in camille.get(f"/campaigns/{campaign.id}/mail/en?contact={tom.id}").text


def test_a_sample_of_a_mail_about_the_whole_relation_speaks_of_no_order(camille, desk):
    campaign = desk.campaign()

    mail = camille.get(f"/campaigns/{campaign.id}/mail/fr").text

    assert "Bonjour Claire" in mail
    assert "30 septembre 2025" not in mail


def test_a_segment_leads_to_a_campaign_for_its_people(camille, desk, session):
    session.add(Segment(slug="vip", name="VIP", rule={}, created_at=NOON))
    session.commit()

    assert 'name="segment" value="vip"' in camille.get("/campaigns/new?segment=vip").text
    camille.post("/campaigns/new", survey="", segment="vip")
    assert session.query(Campaign).one().segment.slug == "vip"
    assert 'name="segment"' not in camille.get("/campaigns/new?segment=?").text


def test_names_from_outside_are_shown_as_text(camille, desk, cast):
    cast.client("claire", first_name="<script>alert(1)</script>")
    campaign = desk.campaign(name="<i>Spring</i>")

    for page in ("", "/people/recipients", "/launch", "/whom", "/mail", "/removal"):
        text = camille.get(f"/campaigns/{campaign.id}{page}").text
        assert "<script>alert" not in text
        assert "<i>Spring" not in text


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


def test_a_launch_that_announced_nothing_does_nothing(camille, desk, cast, session):
    cast.client("claire")
    campaign = desk.campaign()

    camille.post(f"/campaigns/{campaign.id}/launch")

    assert session.query(Delivery).count() == 0
    assert "1 mail is queued." in press(camille, campaign).text
