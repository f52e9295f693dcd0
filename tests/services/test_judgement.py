"""Judging visits: what the clock makes of clicks that nobody confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hopnps import database
from hopnps.models import (
    Click,
    ClickKind,
    Delivery,
    DeliveryState,
    Invitation,
    Response,
    Visit,
)
from hopnps.services import clicks, driver, judgement, responses, rollup_gaps
from hopnps.services.clicks import Caller
from hopnps.services.judgement import Rules
from hopnps.signals import response_recorded
from tests.conftest import NOON
from tests.sending import PARIS

RULES = Rules(gap=timedelta(minutes=10), human_after=timedelta(seconds=60))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
HOUR = timedelta(hours=1)


@pytest.fixture
def asked(session, cast):
    """Claire's invitation, whose mail the server took at noon."""
    invitation = cast.invitation(cast.client("claire", store=cast.store()))
    mail = Delivery(
        invitation_id=invitation.id, due_at=NOON, state=DeliveryState.SENT, sent_at=NOON
    )
    session.add(mail)
    session.commit()
    return invitation


@pytest.fixture
def come(session):
    """A callable: requests of one visit, as (kind, score, seconds after its beginning)."""

    def come(invitation, *requests, begun=NOON + HOUR, method="GET", user_agent=FIREFOX):
        for kind, score, seconds in requests:
            clicks.note(
                driver.within(session),
                invitation.id,
                kind,
                score=score,
                caller=Caller(user_agent, method=method),
                judge_after=RULES.gap,
                now=begun + timedelta(seconds=seconds),
            )
        session.commit()

    return come


@pytest.fixture
def judge(session):
    """A callable: the clock's step at that time, until nothing is left; returns how often it found work."""

    def judge(now=NOON + 2 * HOUR):
        rounds = 0
        while judgement.judge_due(session, RULES, timezone=PARIS, now=now):
            session.commit()
            rounds += 1
        assert rollup_gaps.find(session) == []
        session.commit()
        session.expire_all()
        return rounds

    return judge


def a_look(score):
    return (ClickKind.SCORE, score, 0), (ClickKind.STYLE, None, 1)


SWEEP = tuple((ClickKind.SCORE, score, score / 10) for score in range(11))


def test_a_click_that_can_only_be_a_persons_becomes_an_answer_of_its_moment(
    session, asked, come, judge
):
    heard = []

    def listen(_app, **facts):
        heard.append(facts)

    come(asked, *a_look(9))
    assert judge(now=NOON + HOUR + timedelta(minutes=10)) == 0
    with response_recorded.connected_to(listen):
        assert judge(now=NOON + HOUR + timedelta(minutes=10, seconds=1)) == 1

    response = session.query(Response).one()
    assert (response.score, response.evidence) == (9, "click-only")
    assert response.answered_at == NOON + HOUR
    assert [(one.way, one.browser) for one in response.changes] == [("click", "Firefox")]
    assert heard == [{"response_id": response.id, "evidence": "click-only"}]
    visit = session.query(Visit).one()
    assert (visit.verdict, visit.score, visit.opened) == ("click-only", 9, 1)
    assert (visit.survey_id, visit.contact_id) == (asked.survey_id, asked.contact_id)
    assert (visit.store_id, visit.opened_on) == (asked.contact.store_id, NOON.date())


def test_a_sweep_is_a_number_and_no_answer(session, asked, come, judge):
    come(asked, *SWEEP, (ClickKind.HONEYPOT, None, 2))
    judge()

    visit = session.query(Visit).one()
    assert (visit.verdict, visit.score, visit.opened) == ("machine", None, 11)
    assert visit.reasons == "honeypot,several-scores,other-links,no-style"
    assert session.query(Response).count() == 0


def test_an_old_sweep_does_not_spoil_a_later_visit_even_if_the_clock_stood_still(
    session, asked, come, judge
):
    come(asked, *SWEEP, begun=NOON + timedelta(seconds=2))
    come(asked, *a_look(8))
    assert session.query(Visit).count() == 1
    judge()

    told = [(one.verdict, one.opened) for one in session.query(Visit).order_by(Visit.began_at)]
    assert told == [("machine", 11), ("click-only", 1)]
    assert session.query(Response).one().score == 8


def test_who_sent_the_form_is_no_machine_and_keeps_the_vote(session, asked, come, judge):
    come(asked, *SWEEP)
    now = NOON + HOUR + timedelta(seconds=30)
    responses.respond(session, asked, 3, now=now, timezone=PARIS)
    come(asked, (ClickKind.PAGE, None, 31))
    judge()

    assert session.query(Visit).one().verdict == "confirmed"
    assert session.query(Response).one().evidence == "confirmed"


def test_a_click_after_a_confirmed_vote_changes_nothing(session, asked, come, judge):
    responses.respond(session, asked, 3, now=NOON + timedelta(minutes=5), timezone=PARIS)
    come(asked, *a_look(9))
    judge()

    assert session.query(Visit).one().verdict == "idle"
    assert [(one.score, one.evidence) for one in session.query(Response)] == [(3, "confirmed")]


def test_of_two_clicks_on_two_days_the_later_one_counts(session, asked, come, judge):
    come(asked, *a_look(9))
    judge()
    come(asked, *a_look(6), begun=NOON + 24 * HOUR)
    judge(now=NOON + 25 * HOUR)

    response = session.query(Response).one()
    assert (response.score, [one.score for one in response.changes]) == (6, [9, 6])


def test_a_click_on_a_link_that_had_its_time_is_nothing(session, asked, come, judge):
    come(asked, *a_look(9))
    asked.expires_at = NOON + HOUR
    session.commit()
    judge()

    assert session.query(Visit).one().verdict == "idle"
    assert session.query(Response).count() == 0


def test_what_is_noted_of_an_invitation_is_thinned_out_when_it_is_judged(
    session, asked, come, judge, monkeypatch
):
    monkeypatch.setattr(judgement, "KEPT", 5)
    monkeypatch.setattr(judgement, "KEPT_VISITS", 2)
    for day in range(4):
        come(asked, *a_look(9), begun=NOON + timedelta(days=day, hours=1))
        judge(now=NOON + timedelta(days=day, hours=2))

    assert session.query(Click).count() == 5
    assert [one.began_at.day for one in session.query(Visit).order_by(Visit.id)] == [4, 5]
    assert session.query(Response).count() == 1


def test_a_page_that_sends_by_itself_is_believed_where_its_click_would_be(session, asked, come):
    def agrees():
        return judgement.agrees(driver.within(session), asked.id, RULES)

    assert not agrees()
    come(asked, (ClickKind.SIGN, 9, 0))  # no page was ever opened
    assert not agrees()
    come(asked, (ClickKind.SCORE, 9, 0))
    assert not agrees()
    come(asked, (ClickKind.STYLE, None, 2), (ClickKind.SIGN, 9, 5))
    assert agrees()
    come(asked, (ClickKind.HONEYPOT, None, 6))
    assert not agrees()


def test_two_workers_judge_each_visit_once(app, session, cast, come):
    from threading import Barrier, Thread

    for name in ("claire", "marc", "zoe", "omar"):
        invitation = cast.invitation(cast.client(name))
        mail = {"due_at": NOON, "state": DeliveryState.SENT, "sent_at": NOON}
        session.add(Delivery(invitation_id=invitation.id, **mail))
        come(invitation, *a_look(9))
    start = Barrier(3)

    def work():
        with app.app_context():
            database.intend(writing=True)
            ours = app.extensions["hopnps"].session
            start.wait()
            judgement.judge_due(ours, RULES, timezone=PARIS, now=NOON + 2 * HOUR)
            ours.commit()

    together = [Thread(target=work) for _ in range(3)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    session.rollback()

    assert [one.verdict for one in session.query(Visit)] == ["click-only"] * 4
    assert [len(one.changes) for one in session.query(Response)] == [1] * 4


def test_who_votes_while_their_click_is_judged_leaves_no_lost_vote(app, session, cast, come):
    from threading import Thread

    mails = [cast.invitation(cast.client(name)) for name in ("claire", "marc", "zoe", "omar")]
    for mail in mails:
        come(mail, (ClickKind.SCORE, 9, 0))  # without its style: a machine's
    numbers = [mail.id for mail in mails]

    def vote():
        with app.app_context():
            database.intend(writing=True)
            ours = app.extensions["hopnps"].session
            for number in numbers:
                mine = ours.get_one(Invitation, number)
                responses.respond(ours, mine, 9, now=NOON + 2 * HOUR, timezone=PARIS)
                ours.commit()

    def work():
        with app.app_context():
            database.intend(writing=True)
            ours = app.extensions["hopnps"].session
            while judgement.judge_due(ours, RULES, timezone=PARIS, now=NOON + 2 * HOUR):
                ours.commit()

    together = [Thread(target=one) for one in (vote, work)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    session.rollback()
    work()

    assert [one.verdict for one in session.query(Visit)] == ["machine"] * 4
    assert rollup_gaps.find(session) == []
