"""Mails to colleagues leave by the same rows and the same door as every mail, and count for no client."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hopnps.models import Delivery, Notice, NoticeKind
from hopnps.services import campaign_results, claims, deliveries, notices, password_links, users
from hopnps.signals import invitation_sent
from tests.conftest import NOON
from tests.mail_lint import faults, html_of, plain_of
from tests.sending import minutes

LINK = re.compile(r"/password/(\d+)/([\w-]+)")


@pytest.fixture
def sophie(cast):
    return cast.colleague("sophie")


@pytest.fixture
def camille(cast):
    return cast.colleague("camille")


def test_an_invited_colleague_gets_one_mail_with_a_link_that_works(desk, house, camille, mailroom):
    users.invite(house.session, camille, by="Sophie Marchal", now=NOON)

    desk.work()
    desk.work(after=minutes(600))

    [mail] = mailroom.to(camille.email)
    until, token = LINK.search(plain_of(mail.content)).groups()
    found = password_links.follow(house.session, house.links, int(until), token, now=NOON)
    assert found == camille
    assert "Sophie Marchal vous a ouvert un accès" in plain_of(mail.content)
    assert f"/password/{until}/{token}" in html_of(mail.content)


def test_the_link_stands_in_no_row(desk, session, camille, mailroom):
    users.ask_new_password(session, camille.email, language="fr", now=NOON)
    desk.work()

    token = LINK.search(plain_of(mailroom.mails[0].content))[2]
    notice = session.query(Notice).one()
    kept = [*vars(notice).values(), *vars(notice.delivery).values()]
    assert not any(token in str(value) for value in kept)


def test_a_new_password_is_mailed_to_known_addresses_only_and_nothing_is_kept_of_others(
    desk, session, camille, mailroom
):
    users.ask_new_password(session, camille.email.upper(), language="fr", now=NOON)
    users.ask_new_password(session, "nobody@tilleul.test", language="fr", now=NOON)
    desk.work()

    assert [mail.recipient for mail in mailroom.mails] == [camille.email]
    assert session.query(Notice).count() == session.query(Delivery).count() == 1


def test_who_may_no_longer_log_in_gets_no_link(desk, session, sophie, camille, mailroom):
    users.ask_new_password(session, camille.email, language="fr", now=NOON)
    users.disable(session, camille, now=NOON)
    users.ask_new_password(session, camille.email, language="fr", now=NOON)
    desk.work()

    assert mailroom.mails == []
    [delivery] = desk.deliveries()
    assert delivery.state == "failed"


def test_a_link_asked_for_the_day_before_yesterday_is_not_sent_any_more(
    desk, session, camille, mailroom
):
    users.ask_new_password(session, camille.email, language="fr", now=NOON)
    desk.work(after=timedelta(days=2))

    assert mailroom.mails == []
    assert "too long ago" in desk.deliveries()[0].reason


def test_a_server_that_says_later_or_hangs_up_is_treated_as_for_every_mail(
    desk, session, sophie, camille, mailroom
):
    mailroom.answers[sophie.email] = "450 4.2.1 mailbox busy"
    mailroom.cut_after_dot.add(camille.email)
    for colleague in (sophie, camille):
        users.invite(session, colleague, now=NOON)
    desk.work()
    assert [one.state for one in desk.deliveries()] == ["waiting", "uncertain"]

    mailroom.answers.clear()
    desk.work(after=minutes(6))
    assert [one.state for one in desk.deliveries()] == ["sent", "uncertain"]
    assert len(mailroom.to(camille.email)) == 1


def test_no_listener_hears_of_a_notice_and_no_address_is_suppressed(
    desk, session, sophie, camille, mailroom
):
    heard = []

    def listen(sender, **facts):
        heard.append(facts)

    mailroom.answers[sophie.email] = "550 5.1.1 no such user"
    for colleague in (sophie, camille):
        users.invite(session, colleague, now=NOON)
    with invitation_sent.connected_to(listen):
        desk.work()

    assert heard == []
    assert [one.state for one in desk.deliveries()] == ["failed", "sent"]


def test_a_dead_workers_notice_goes_back_to_the_others(session, camille):
    users.invite(session, camille, now=NOON)
    claims.claim(session, limit=9, lease_seconds=60, due_by=NOON, now=NOON)

    assert deliveries.take_back_lapsed(session, now=NOON + minutes(2)) == 1


def test_a_test_mail_is_what_the_client_would_get_and_is_counted_nowhere(
    desk, cast, session, camille, mailroom
):
    claire, campaign = cast.client("claire"), desk.campaign()
    desk.launch(campaign)
    survey = desk.survey()
    notices.send(
        session,
        NoticeKind.TEST,
        email=camille.email,
        name=camille.name,
        language="fr",
        facts={
            "template_version_id": survey.template.current.id,
            "survey_id": survey.id,
            "contact_id": claire.id,
            "interaction_id": None,
            "language": "fr",
        },
        by="Camille Arnoux",
        now=NOON,
    )
    desk.work()

    [test] = mailroom.to(camille.email)
    [real] = mailroom.to(claire.address)
    assert test.message["Subject"] == f"[Test] {real.message['Subject']}"
    bare = re.compile(r"/([su])/[\w-]+")
    assert bare.sub("", plain_of(test.content)) == bare.sub("", plain_of(real.content))
    assert not set(re.findall(r"/[su]/[\w-]+", plain_of(test.content))) & set(
        re.findall(r"/[su]/[\w-]+", plain_of(real.content))
    )
    assert "List-Unsubscribe" not in test.message
    said = faults(
        test.content,
        public_url="https://avis.example.org",
        language="fr",
        survey=True,
        mass=False,
    )
    assert said == []
    assert campaign_results.results(session, campaign).sent == 1
