"""Clicks: what is noted of a caller, and how little."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.models import Click, ClickKind, Visit
from hopnps.services import clicks, driver, turns
from hopnps.services.clicks import Caller
from tests.conftest import NOON

LATER = timedelta(minutes=10)
NOBODY = Caller()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.300", ""),
    ],
)
def test_an_address_is_shortened_to_its_network(address, network):
    assert clicks.network_of(address) == network


@given(st.one_of(st.text(), st.ip_addresses().map(str)))
def test_whatever_stands_for_an_address_gives_a_network_or_nothing(address):
    network = clicks.network_of(address)

    assert network == "" or network.endswith(("/24", "/48"))
    assert not address or network != address


@pytest.fixture
def note(session):
    """A callable: a request with a link of this invitation is noted."""

    def note(invitation, kind=ClickKind.SCORE, *, score=9, caller=NOBODY, now=NOON):
        line = driver.within(session)
        asked = clicks.note(
            line, invitation.id, kind, score=score, caller=caller, judge_after=LATER, now=now
        )
        session.commit()
        return asked

    return note


def test_a_click_says_which_score_when_and_by_what(session, cast, note):
    invitation = cast.invitation(cast.client("claire"))

    asked = note(invitation, caller=Caller("Mozilla\0/5.0\r\n" + "x" * 500))

    click = session.query(Click).one()
    assert (click.invitation_id, click.score, click.clicked_at) == (invitation.id, 9, NOON)
    assert click.user_agent == ("Mozilla/5.0" + "x" * 500)[:200]
    assert asked == (invitation.id, None, "fr")


def test_requests_that_follow_each_other_are_one_visit_that_is_judged_later_each_time(
    session, cast, note
):
    invitation = cast.invitation(cast.client("claire"))

    note(invitation)
    note(invitation, ClickKind.STYLE, score=None, now=NOON + timedelta(seconds=1))

    visit = session.query(Visit).one()
    assert (visit.began_at, visit.requests) == (NOON, 2)
    assert visit.judge_at == NOON + timedelta(seconds=1) + LATER


def test_a_robot_that_opens_links_all_day_fills_no_table(session, cast, note, monkeypatch):
    invitation, other = (cast.invitation(cast.client(name)) for name in ("claire", "marc"))

    asked = [note(invitation, score=one % 11) for one in range(clicks.MOST + 5)]

    assert all(asked)
    assert session.query(Click).count() == clicks.MOST
    assert session.query(Visit).count() == 1
    note(other)
    assert session.query(Click).count() == clicks.MOST + 1


def test_fifty_at_once_make_one_visit_and_no_more_rows_than_there_may_be(app, session, cast):
    number = cast.invitation(cast.client("claire")).id
    start = Barrier(50)
    asked = {
        "invitation_id": number,
        "kind": ClickKind.SCORE,
        "caller": NOBODY,
        "judge_after": LATER,
        "now": NOON,
    }

    def open_links(score):
        with app.app_context():
            engine = app.extensions["hopnps"].db.engine
            start.wait()
            for _ in range(3):
                turns.write(engine, partial(clicks.note, score=score, **asked))

    together = [Thread(target=open_links, args=(one % 11,)) for one in range(50)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    session.rollback()

    assert session.query(Click).count() == clicks.MOST
    assert session.query(Visit).one().requests == 150


def test_an_invitation_that_takes_no_answer_any_more_is_not_noted(session, cast, note):
    invitation = cast.invitation(cast.client("claire"), expires_at=NOON)

    assert note(invitation) is None
    assert session.query(Click).count() == session.query(Visit).count() == 0
