"""The public pages: what a link in a mail shows, keeps and refuses."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from time import monotonic
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hopnps import doors
from hopnps.links import Purpose
from hopnps.models import Address, Click, Notice, NoticeKind, Response, Visit
from hopnps.services import clicks, driver, surveys

NOT_KNOWN = "1z-" + "A" * 22


@pytest.fixture
def client(app, session):
    """Pages have sessions of their own, and the test sees what they wrote."""

    class Client(app.test_client_class or FlaskClient):
        def open(self, *args, **kwargs):
            session.rollback()
            try:
                return super().open(*args, **kwargs)
            finally:
                session.rollback()

    return Client(app, app.response_class)


@pytest.fixture
def links(house):
    return house.links


@pytest.fixture
def invitation(cast):
    """Claire's, asked a moment ago, about a ticket."""
    claire = cast.client("claire", store=cast.store())
    ticket = cast.interaction(claire, "R-20455")
    return cast.invitation(claire, interaction=ticket, expires_at=_in_days(90))


@pytest.fixture
def link(links, invitation):
    """`/s/<token>` of that invitation."""
    return f"/s/{links.token(Purpose.ANSWER, invitation.id)}"


@pytest.fixture
def way_out(links, invitation):
    """`/u/<token>` of that invitation."""
    return f"/u/{links.token(Purpose.UNSUBSCRIBE, invitation.id)}"


@pytest.fixture
def send(client, links, link):
    """A callable: the form of that page comes back, with its nonce unless another is given."""

    def send(to=link, **typed):
        nonce = links.nonce(to.rpartition("/")[2], now=datetime.now(UTC))
        return client.post(to, data={"nonce": nonce} | typed)

    return send


@pytest.fixture
def kept(session):
    """A callable: the answers there are now, as (score, comment)."""

    def kept():
        session.rollback()
        return [(one.score, one.comment) for one in session.query(Response)]

    return kept


@pytest.fixture
def statements(house, monkeypatch):
    """A context that gives the statements that the database was asked meanwhile."""
    plain, asked = driver.Line._execute, []

    def execute(line, sql, values):
        asked.append(sql)
        return plain(line, sql, values)

    def execute_by_core(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    monkeypatch.setattr(driver.Line, "_execute", execute)
    sa.event.listen(house.db.engine, "before_cursor_execute", execute_by_core)

    @contextmanager
    def statements():
        asked.clear()
        yield asked

    yield statements
    sa.event.remove(house.db.engine, "before_cursor_execute", execute_by_core)


def _in_days(days):
    return datetime.now(UTC) + timedelta(days=days)


def _chosen(page):
    return re.findall(r'value="(\d+)" required checked', page.text)


@pytest.mark.parametrize(
    ("score", "category"), [(0, "detractor"), (8, "passive"), (10, "promoter")]
)
def test_the_page_behind_a_score_is_its_categorys_with_that_score_chosen(
    client, link, score, category
):
    page = client.get(f"{link}/{score}")

    assert page.status_code == 200
    assert f"<h1>fr {category} title</h1>" in page.text
    assert f"fr {category} text" in page.text
    assert _chosen(page) == [str(score)]
    assert page.text.count('type="radio"') == 11
    assert page.text.count("<button") == 1
    assert ("<textarea" in page.text) is (category != "promoter")


def test_opening_a_link_answers_nothing_and_leaves_one_click(client, session, link, kept):
    ahead = {"User-Agent": "Scanner/1.0", "Sec-Purpose": "prefetch;prerender"}
    client.get(f"{link}/9", headers=ahead, environ_base=_from("192.0.2.77"))

    assert kept() == []
    click = session.query(Click).one()
    assert (click.kind, click.score, click.method) == ("score", 9, "GET")
    assert (click.user_agent, click.browser, click.network) == (
        *("Scanner/1.0", "robot"),
        "192.0.2.0/24",
    )
    assert click.prefetch == "prefetch;prerender"


def test_head_is_noted_as_such_and_is_no_click_of_a_person(
    client, session, house, link, way_out, invitation, kept
):
    assert client.head(f"{link}/9").status_code == 200
    assert client.head(way_out).status_code == 200

    assert kept() == []
    assert {click.method for click in session.query(Click)} == {"HEAD"}
    assert session.query(Click).filter(clicks.opened()).count() == 0
    assert session.query(Address).one().unsubscribed_at is None


def test_each_kind_of_link_is_noted_as_what_it_is(
    client, session, links, link, way_out, invitation
):
    pot = links.honeypot(invitation.id).removeprefix(links.public_url)
    for path in (link, f"{link}/page.css", way_out, pot):
        client.get(path)

    kinds = [click.kind for click in session.query(Click).order_by(Click.id)]
    assert kinds == ["page", "style", "unsubscribe", "honeypot"]


def test_the_link_that_nobody_sees_shows_what_any_wrong_link_shows(client, links, invitation):
    pot = links.honeypot(invitation.id).removeprefix(links.public_url)

    assert _shut(client.get(pot)) == _shut(client.get("/s/x/9"))


def test_the_page_fetches_a_sheet_of_its_own_that_nobody_stores(client, link):
    page = client.get(f"{link}/9")

    assert f'<link rel="stylesheet" href="{link}/page.css">' in page.text
    sheet = client.get(f"{link}/page.css")
    assert sheet.content_type == "text/css; charset=utf-8" and "--ground" in sheet.text
    assert sheet.headers["Cache-Control"] == "no-store"


def test_the_second_page_of_a_version_differs_by_what_is_the_links_own(
    client, session, cast, links, invitation
):
    other = cast.invitation(cast.client("marc"), expires_at=_in_days(90))
    survey = invitation.survey
    for one in (invitation, other):
        one.survey_version = surveys.pinned(session, survey, now=datetime.now(UTC))
    session.commit()
    first, second = (
        client.get(links.score(one.id, 9).removeprefix(links.public_url)).text
        for one in (invitation, other)
    )

    for words in (links.answer(invitation.id), links.unsubscribe(invitation.id)):
        assert words.removeprefix(links.public_url) in first
        assert words.rpartition("/")[2] not in second
    assert links.unsubscribe(other.id).removeprefix(links.public_url) in second
    nonce = re.search(r'name="nonce" value="([^"]+)"', second)[1]
    token = links.token(Purpose.ANSWER, other.id)
    assert links.is_fresh(nonce, token, now=datetime.now(UTC))


def test_a_page_made_while_a_second_ends_is_every_other_clients_own_too(
    client, session, cast, links, invitation, monkeypatch
):
    other = cast.invitation(cast.client("marc"), expires_at=_in_days(90))
    for one in (invitation, other):
        one.survey_version = surveys.pinned(session, invitation.survey, now=datetime.now(UTC))
    session.commit()
    started, looks = datetime.now(UTC), count()
    monkeypatch.setattr(doors, "now", lambda: started + timedelta(seconds=next(looks)))

    client.get(links.score(invitation.id, 9).removeprefix(links.public_url))
    second = client.get(links.score(other.id, 9).removeprefix(links.public_url)).text

    nonce = re.search(r'name="nonce" value="([^"]+)"', second)[1]
    token = links.token(Purpose.ANSWER, other.id)
    assert links.is_fresh(nonce, token, now=doors.now())


def test_a_post_keeps_the_answer_and_leads_to_a_page_that_says_so(
    client, session, send, link, kept
):
    answer = send(score="3", comment="Trop long.")

    assert (answer.status_code, answer.location) == (303, link)
    assert kept() == [(3, "Trop long.")]
    assert session.query(Response).one().evidence == "confirmed"
    page = client.get(link)
    assert "Votre réponse et votre commentaire sont enregistrés." in page.text
    assert "fr detractor title" in page.text
    assert _chosen(page) == ["3"]
    assert "<textarea" in page.text


def test_the_recorded_page_is_in_the_category_of_the_score_that_was_stored(client, send, link):
    client.get(f"{link}/2")
    send(score="10")

    page = client.get(link)

    assert "fr promoter title" in page.text
    assert "Votre réponse est enregistrée." in page.text
    assert "--ground: #164a7a" in page.text


def test_the_last_answer_wins(send, kept):
    for score in ("9", "3"):
        send(score=score)

    assert kept() == [(3, "")]


def test_a_comment_can_be_added_and_changed_after_recording(client, send, link, kept):
    send(score="6")
    send(score="6", comment="Trop lent.")
    assert "Trop lent.</textarea>" in client.get(link).text

    send(score="6", comment="Trop lent, trop cher.")
    send(score="6", comment="")

    assert kept() == [(6, "Trop lent, trop cher.")]


def test_a_mail_forwarded_later_shows_no_comment(client, session, send, link):
    send(score="6", comment="Rappelez-moi au 06 00 00 00 00.")
    change = session.query(Response).one().changes[0]
    change.changed_at -= timedelta(minutes=16)
    session.commit()

    page = client.get(link)

    assert "06 00" not in page.text
    assert "Votre commentaire est conservé." in page.text


def test_before_an_answer_the_plain_link_asks_the_question(client, link):
    page = client.get(link)

    assert page.status_code == 200
    assert "<h1>fr question</h1>" in page.text
    assert _chosen(page) == []
    assert 'role="status" hidden' in page.text


def test_a_slash_that_a_mail_program_added_leads_to_the_same_pages(client, link, way_out):
    assert "<h1>fr question</h1>" in client.get(f"{link}/").text
    assert "Me désinscrire" in client.get(f"{way_out}/").text
    assert client.get(f"{link}/9/").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_speaks_the_invitations_language_whatever_the_browsers(
    client, session, links, invitation, language
):
    invitation.language = language
    session.commit()
    other = {"fr": "en-GB", "en": "fr-FR"}[language]

    page = client.get(
        f"/s/{links.token(Purpose.ANSWER, invitation.id)}/6", headers={"Accept-Language": other}
    )

    assert f'<html lang="{language}">' in page.text
    assert f"{language} detractor title" in page.text
    assert {"fr": "Envoyer ma réponse", "en": "Send my answer"}[language] in page.text


def test_no_page_shows_who_was_asked_about_what(client, send, link, way_out):
    pages = [client.get(f"{link}/6"), client.get(way_out)]
    send(score="6", comment="Bof.")
    client.post(way_out, data={"confirm": "yes"})
    pages += [client.get(link), client.get(way_out)]

    for page in pages:
        for secret in ("Claire", "Delmas", "example.org", "R-20455", "Bastille"):
            assert secret not in page.text


def test_no_page_sets_a_cookie_or_lets_itself_be_kept_or_indexed(client, send, link, way_out):
    answers = [
        client.get(f"{link}/6"),
        send(score="6"),
        client.get(link),
        client.get(way_out),
        client.post(way_out, data={"confirm": "yes"}),
        client.get(f"/s/{NOT_KNOWN}/6"),
    ]

    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_no_page_has_a_style_attribute_or_a_script_but_the_questions_own(client, link, way_out):
    asks, *others = client.get(f"{link}/6"), client.get(way_out), client.get("/s/x/6")

    assert re.findall("<script ([^>]+)>", asks.text) == [
        f'type="module" nonce="{_nonce(asks)}" src="/hopnps-static/answer.js"'
    ]
    assert not re.search(r"\s(style|on\w+)=", asks.text)
    for page in others:
        assert "<script" not in page.text
        assert not re.search(r"\s(style|on\w+)=", page.text)


def test_the_colours_stand_in_one_style_element_with_the_pages_nonce(client, link):
    page = client.get(f"{link}/6")

    nonce = re.search(r'<style nonce="([^"]+)">', page.text)[1]
    assert f"'nonce-{nonce}'" in page.headers["Content-Security-Policy"]
    assert "--ground: #6b3419" in page.text
    assert "--on-ground: #ffffff" in page.text


def test_a_colour_that_is_none_never_reaches_the_stylesheet(client, session, link, invitation):
    for page in invitation.survey.pages:
        page.background_colour = "red}</style><script>alert(1)</script>"
    session.commit()

    page = client.get(f"{link}/6")

    assert "alert(1)" not in page.text
    assert "--ground: #17624a" in page.text


@pytest.mark.parametrize(
    "score", ["09", "11", "-1", "+9", "９", "٩", "9.0", "1e1", " 9", "9" * 40, str(10**26)]
)
def test_only_0_to_10_is_a_score_and_any_other_opens_nothing(
    client, session, send, link, kept, score
):
    unknown = _shut(client.get("/s/x/9"))

    assert _shut(client.get(f"{link}/{quote(score)}")) == unknown
    assert _shut(client.head(f"{link}/{quote(score)}"), empty=True) == ""
    assert _shut(send(score=score, comment="Je tiens à le dire.")) == unknown

    assert kept() == []
    assert session.query(Click).count() == session.query(Visit).count() == 0


def test_a_post_without_a_score_asks_for_one(send, kept):
    page = send(comment="Je tiens à le dire.")

    assert page.status_code == 400
    assert "Choisissez une note de 0 à 10." in page.text
    assert "Je tiens à le dire.</textarea>" in page.text
    assert kept() == []


@pytest.mark.parametrize("nonce", ["", "x", "another link", "too old", "from tomorrow"])
def test_without_a_nonce_of_its_own_page_a_form_is_no_vote_and_keeps_its_score(
    client, links, send, kept, link, nonce
):
    token, day = link.rpartition("/")[2], timedelta(days=1)
    made = {
        "another link": links.nonce(links.token(Purpose.ANSWER, 999), now=datetime.now(UTC)),
        "too old": links.nonce(token, now=datetime.now(UTC) - 8 * day),
        "from tomorrow": links.nonce(token, now=datetime.now(UTC) + day),
    }

    page = send(score="3", comment="Trop long.", nonce=made.get(nonce, nonce))

    assert page.status_code == 400
    assert "Envoyez votre réponse encore une fois" in page.text
    assert _chosen(page) == ["3"] and "Trop long.</textarea>" in page.text
    assert kept() == []
    again = re.search(r'name="nonce" value="([^"]+)"', page.text)[1]
    send(score="3", nonce=again)
    assert kept() == [(3, "")]


@pytest.mark.parametrize(
    ("comment", "sentence"),
    [("é" * 5001, "5\u202f001 caractères"), ("avant\0après", "un caractère qui ne peut pas")],
)
def test_a_comment_that_cannot_be_kept_comes_back_with_the_reason_and_the_vote_is_kept(
    send, kept, comment, sentence
):
    page = send(score="6", comment=comment)

    assert page.status_code == 400
    assert sentence in unescape(page.text)
    assert f"{comment.replace(chr(0), chr(0xFFFD))}</textarea>" in page.text
    assert _chosen(page) == ["6"]
    assert "Votre note est enregistrée." in page.text
    assert kept() == [(6, "")]


def test_a_text_without_end_gets_a_friendly_page_that_keeps_the_vote(client, send, link, kept):
    page = send(score="6", comment="x" * 2_000_000)

    assert page.status_code == 413
    assert "Votre commentaire est trop long." in page.text
    assert "Votre note est enregistrée." in page.text
    assert _chosen(page) == ["6"] and kept() == [(6, "")]
    assert client.post(link, data={"score": "9", "comment": "x" * 2_000_000}).status_code == 400
    assert kept() == [(6, "")]


def test_a_hostile_comment_is_text(client, send, link):
    send(score="6", comment="</textarea><script>alert(1)</script>")

    assert "<script>" not in client.get(link).text


def _shut(page, *, empty=False):
    assert page.status_code == 404
    assert empty or "This link is no longer valid" in page.text or "n’est plus valable" in page.text
    return page.text.replace(_nonce(page), "")


def _nonce(page):
    found = re.search(r'nonce="([^"]+)"', page.text)
    return found[1] if found else " "


def test_whatever_is_wrong_with_a_link_the_same_page_is_shown_after_the_same_work(
    client, session, cast, links, invitation, link, statements
):
    """Unknown, altered, expired, without a question, for something else: nobody learns which links exist."""
    word = cast.invitation(cast.client("tom"), survey_id=None, expires_at=_in_days(90))
    expired = cast.invitation(cast.client("marc"), expires_at=_in_days(-1))
    session.rollback()
    wrong = [
        f"{link}x",
        *(f"/s/{links.token(Purpose.ANSWER, number)}" for number in (999, expired.id, word.id)),
        f"/s/{links.token(Purpose.UNSUBSCRIBE, invitation.id)}",
        f"/s/{links.token(Purpose.PREVIEW, 999)}",
        "/s/x",
    ]
    for method, tail in (("GET", "/9"), ("GET", "/11"), ("GET", ""), ("POST", "")):
        seen = set()
        for path in wrong:
            with statements() as asked:
                page = client.open(
                    f"{path}{tail}", method=method, data={"score": "9", "nonce": "x"}
                )
            seen.add((_shut(page), len(asked) if "PREVIEW" not in path else 0))
        assert len({page for page, _asked in seen}) == 1
        assert len({asked for _page, asked in seen}) <= 2  # a test's link is looked up once more
    session.rollback()
    assert session.query(Click).count() == session.query(Response).count() == 0


def test_an_expired_link_takes_no_answer_and_still_unsubscribes(
    client, session, invitation, send, way_out, kept
):
    invitation.expires_at = _in_days(-1)
    session.commit()

    assert send(score="9").status_code == 404
    assert kept() == []
    assert client.post(way_out, data={"confirm": "yes"}).status_code == 303
    session.rollback()
    assert session.query(Address).one().unsubscribed_at


def test_an_answer_that_has_stood_too_long_is_shown_and_no_longer_changed(
    client, session, send, link, kept
):
    send(score="9")
    for change in session.query(Response).one().changes:
        change.changed_at -= timedelta(days=30)
    session.commit()

    page = send(score="2")

    assert page.status_code == 409
    assert "Cette réponse ne peut plus être modifiée." in page.text
    assert "<button" not in page.text
    assert kept() == [(9, "")]


def test_a_mail_without_a_question_can_be_unsubscribed_from_and_no_more(
    client, session, cast, links
):
    word = cast.invitation(cast.client("tom"), survey_id=None, expires_at=_in_days(90))

    answer = links.token(Purpose.ANSWER, word.id)
    assert client.get(f"/s/{answer}/9").status_code == 404
    assert client.post(f"/s/{answer}", data={"score": "9"}).status_code == 404
    page = client.get(f"/u/{links.token(Purpose.UNSUBSCRIBE, word.id)}")
    assert "Unsubscribe" in page.text


def test_a_token_opens_only_what_it_was_made_for(client, link, way_out):
    assert client.get(way_out.replace("/u/", "/s/") + "/9").status_code == 404
    assert client.get(link.replace("/s/", "/u/")).status_code == 404


def test_asking_to_unsubscribe_asks_first(client, session, way_out):
    page = client.get(way_out)

    assert "Me désinscrire" in page.text
    assert session.query(Address).one().unsubscribed_at is None


def test_the_button_unsubscribes_and_the_page_says_so(client, session, way_out):
    answer = client.post(way_out, data={"confirm": "yes"})

    assert (answer.status_code, answer.location) == (303, way_out)
    session.rollback()
    assert session.query(Address).one().unsubscribed_at
    assert "Votre désinscription est enregistrée." in client.get(way_out).text


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_of_a_mail_program_unsubscribes_without_cookie_or_redirect(
    client, session, way_out, kind
):
    answer = client.post(way_out, data={"List-Unsubscribe": "One-Click"}, content_type=kind)

    assert answer.status_code == 200
    session.rollback()
    assert session.query(Address).one().unsubscribed_at


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "no"}, {"confirm": ""}, {"x": "y"}])
def test_an_empty_post_does_nothing_and_asks_again(client, session, way_out, data):
    page = client.post(way_out, data=data)

    assert page.status_code == 200
    assert "Me désinscrire" in page.text
    session.rollback()
    assert session.query(Address).one().unsubscribed_at is None


def test_a_link_opened_too_often_rests_and_no_other_does(client, session, cast, links, link):
    for _ in range(60):
        assert client.get(link).status_code == 200

    rests = client.get(f"{link}/9")

    assert rests.status_code == 429
    assert rests.headers["Retry-After"]
    assert "Réessayez dans une minute" in rests.text or "Try again in a minute" in rests.text
    session.rollback()
    other = cast.invitation(cast.client("marc"), expires_at=_in_days(9))
    assert client.get(f"/s/{links.token(Purpose.ANSWER, other.id)}/9").status_code == 200


@pytest.mark.own_app
def test_a_click_that_cannot_be_noted_breaks_no_page_and_is_logged(
    client, session, link, invitation, caplog
):
    session.execute(Click.__table__.delete())
    Click.__table__.drop(session.connection())
    session.commit()

    page = client.get(f"{link}/9")

    assert page.status_code == 200
    assert _chosen(page) == ["9"]
    assert f"A click of invitation {invitation.id} was not noted" in caplog.text


def test_a_long_import_does_not_keep_a_client_waiting(app, client, house, session, link):
    if house.db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has one writer at a time")
    with house.db.engine.begin() as the_import:
        the_import.exec_driver_sql("DELETE FROM nps_upload")
        begun = monotonic()

        page = client.get(f"{link}/9")

        assert monotonic() - begun < 5
    assert page.status_code == 200
    assert session.query(Click).count() == 0


def _from(address):
    return {"REMOTE_ADDR": address}


def test_a_survey_edited_later_does_not_change_what_its_clients_see(client, session, cast, links):
    invitation = cast.invitation(cast.client("marc"), expires_at=_in_days(90))
    survey = invitation.survey
    invitation.survey_version = surveys.pinned(session, survey, now=datetime.now(UTC))
    page = survey.page_for("detractor", "fr")
    page.title, page.background_colour = "Autre titre", "#123456"
    survey.text_in("fr").low_label = "Autre bout"
    session.commit()

    shown = client.get(links.score(invitation.id, 3).removeprefix(links.public_url)).text

    assert "fr detractor title" in shown and "fr low" in shown
    assert "#6b3419" in shown and "#123456" not in shown


@pytest.fixture
def rehearsal(session, cast):
    """A test mail of the survey of tests/surveys.py, sent to Sophie, in English."""
    notice = Notice(
        kind=NoticeKind.TEST,
        email="sophie.marchal@tilleul.test",
        language="fr",
        facts={"survey_id": cast.survey().id, "language": "en"},
        created_at=datetime.now(UTC),
    )
    session.add(notice)
    session.commit()
    return notice


def test_a_test_shows_the_same_pages_and_keeps_nothing(
    client, session, links, send, rehearsal, kept
):
    link = links.preview(rehearsal.id, 3).removeprefix(links.public_url)

    page = client.get(link)
    sent = send(link.removesuffix("/3"), score="3", comment="Too long.")
    empty = client.post(link.removesuffix("/3"))

    assert "en detractor title" in page.text and _chosen(page) == ["3"]
    assert "This is a test" in page.text and "This is a test" in sent.text
    assert "Your answer and your comment are recorded." in sent.text
    assert (empty.status_code, client.get(link.removesuffix("/3")).status_code) == (400, 200)
    assert kept() == []
    assert session.query(Click).count() == 0


def test_the_way_out_of_a_test_unsubscribes_nobody(client, session, links, rehearsal, invitation):
    way_out = links.preview_unsubscribe(rehearsal.id).removeprefix(links.public_url)

    asked = client.get(way_out)
    done = client.post(way_out, data={"confirm": "yes"})
    one_click = client.post(way_out, data={"List-Unsubscribe": "One-Click"})

    assert "This is a test" in asked.text and "<button" in asked.text
    assert "Nobody was unsubscribed." in done.text and one_click.status_code == 200
    assert session.query(Address).one().unsubscribed_at is None


@pytest.mark.parametrize(
    ("kind", "facts"), [(NoticeKind.WELCOME, {"survey_id": 1}), (NoticeKind.TEST, {})]
)
def test_a_notice_without_a_question_opens_no_page(client, session, links, rehearsal, kind, facts):
    rehearsal.kind, rehearsal.facts = kind, facts
    session.commit()

    page = client.get(links.preview(rehearsal.id, 3).removeprefix(links.public_url))

    assert page.status_code == 404
