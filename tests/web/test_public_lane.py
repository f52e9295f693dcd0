"""The quick way to pages and votes: nobody can tell it from the usual one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from hopnps.links import Purpose
from hopnps.models import Click, Contact, Response, ResponseChange
from hopnps.services import rollup_gaps, surveys

NOW = datetime.now(UTC)


@pytest.fixture
def link(house, session, cast):
    """Of an invitation whose survey's words are kept, as they are when a mail leaves."""
    invitation = cast.invitation(cast.client("claire"), expires_at=NOW + timedelta(days=90))
    invitation.survey_version = surveys.pinned(session, invitation.survey, now=NOW)
    session.commit()
    return f"/s/{house.links.token(Purpose.ANSWER, invitation.id)}"


@pytest.fixture
def ways(app, monkeypatch):
    """A callable: the same request by the usual way, then by the quick one."""

    def ways(path, **options):
        lane, client = app.wsgi_app, app.test_client()
        monkeypatch.setattr(app, "wsgi_app", lane._otherwise)
        usual = client.open(path, **options)
        monkeypatch.setattr(app, "wsgi_app", lane)
        return usual, client.open(path, **options)

    return ways


def test_a_page_is_the_same_by_either_way_and_noted_once_each(session, ways, link):
    usual, quick = ways(f"{link}/9", headers={"User-Agent": "Firefox/127.0", "Purpose": "prefetch"})

    assert usual.status_code == quick.status_code == 200
    assert _told(usual) == _told(quick)
    assert _without_nonces(usual.text) == _without_nonces(quick.text)
    session.rollback()
    first, second = session.query(Click)
    assert (first.user_agent, first.browser, first.prefetch, first.network, first.score) == (
        second.user_agent,
        second.browser,
        second.prefetch,
        second.network,
        second.score,
    )


def test_a_vote_is_the_same_by_either_way(session, house, ways, link):
    nonce = house.links.nonce(link.rpartition("/")[2], now=datetime.now(UTC))
    form = {"nonce": nonce, "score": "9", "comment": "Très bien 👍"}

    usual, quick = ways(link, method="POST", data=form)

    assert usual.status_code == quick.status_code == 303
    assert usual.location == quick.location == link
    assert "Set-Cookie" not in quick.headers
    session.rollback()
    [row] = session.query(Response)
    assert (row.score, row.comment, len(row.changes)) == (9, "Très bien 👍", 1)


def test_fifty_posts_at_once_leave_one_answer_with_its_whole_story(app, session, house, link):
    nonce = house.links.nonce(link.rpartition("/")[2], now=datetime.now(UTC))
    start, given = Barrier(50), []

    def post(score):
        client = app.test_client()
        start.wait()
        given.append(client.post(link, data={"nonce": nonce, "score": str(score)}).status_code)

    together = [Thread(target=post, args=(number % 11,)) for number in range(50)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()

    assert given == [303] * 50
    session.rollback()
    answer = session.query(Response).one()
    changes = session.query(ResponseChange).order_by(ResponseChange.id).all()
    assert {one.response_id for one in changes} == {answer.id}
    assert {one.score for one in changes} == set(range(11))
    assert changes[-1].score == answer.score == session.query(Contact).one().last_score
    assert not rollup_gaps.find(session)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"score": "9"}, 400),
        ({"score": "09"}, 404),
        ({}, 400),
        ({"score": "9", "comment": "é" * 5001, "nonce": "fresh"}, 400),
        ({"score": "9", "by_itself": "1", "nonce": "fresh"}, 202),
    ],
)
def test_what_the_quick_way_cannot_say_the_usual_one_says(house, ways, link, form, status):
    if "nonce" in form:
        form |= {"nonce": house.links.nonce(link.rpartition("/")[2], now=datetime.now(UTC))}

    usual, quick = ways(link, method="POST", data=form)

    assert usual.status_code == quick.status_code == status
    assert _without_nonces(usual.text) == _without_nonces(quick.text)


def test_who_opens_a_page_nobody_opened_yet_is_counted_once(app, session, link):
    client = app.test_client()
    for _ in range(60):
        assert client.get(f"{link}/3").status_code == 200
    assert client.get(f"{link}/3").status_code == 429

    session.rollback()
    assert session.query(Click).count() == 60


@pytest.mark.own_app
def test_a_vote_that_cannot_be_kept_gets_a_page_that_says_so(app, session, house, link):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    nonce = house.links.nonce(link.rpartition("/")[2], now=datetime.now(UTC))
    ResponseChange.__table__.drop(session.connection())
    session.commit()

    answer = app.test_client().post(link, data={"nonce": nonce, "score": "9"})

    assert answer.status_code == 500
    assert "Une erreur s’est produite de notre côté" in answer.text
    session.rollback()
    assert session.query(Response).count() == 0


def _told(answer):
    told = {name: words for name, words in answer.headers.items() if name != "Content-Length"}
    told.pop("Vary", None)  # the usual way looked for a session
    return told | {"Content-Security-Policy": "'nonce-" in told["Content-Security-Policy"]}


def _without_nonces(page):
    return re.sub(r'(nonce|value)="[^"]{12,}"', "", page)
