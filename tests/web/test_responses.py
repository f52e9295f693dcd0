"""Answers on the screen: read, searched and filtered, never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hopnps.models import Channel, Evidence, Response, ResponseChange, Visit, Way
from tests.conftest import NOON
from tests.services.answers import answer
from tests.web.visitor import Visitor


@pytest.fixture
def ines(app, cast):
    return Visitor(app, cast.colleague("ines"))


@pytest.fixture
def two_answers(session, cast):
    nantes = cast.store("Nantes")
    answer(session, cast.client("zoe"), 3, "Délai trop long", store=nantes)
    answer(session, cast.client("marc"), 10, days=60)


@pytest.mark.parametrize(
    "query",
    [
        {"search": "delai"},
        {"search": "LEFEVRE zoe"},
        {"search": "zoe.lefevre@example.org"},
        {"flt0_0": "detractor"},
        {"flt4_4": "yes"},
        {"flt3_3": "1"},
        {"flt1_1": "2026-02-01"},
    ],
)
def test_answers_are_found_by_words_and_filters(ines, two_answers, query):
    page = ines.get("/admin/response/", query_string=query).text

    assert "Zoé Lefèvre" in page
    assert "Marc Oberlin" not in page


def test_many_filters_wait_behind_their_number_unless_one_of_them_narrows(ines, two_answers):
    def further(**query):
        page = ines.get("/admin/response/", query_string=query).text
        return page.partition('<details class="further"')[2].partition("</summary>")[0]

    assert further(flt0_0="detractor").startswith("><summary>")
    assert further().endswith("12 autres filtres")
    assert further(flt4_4="yes").startswith(" open>")


def test_a_comment_in_another_language_is_marked_as_such(ines, session, cast):
    answer(session, cast.client("tom"), 3, "Nobody <b>called</b> back", language="en")

    listed = ines.get("/admin/response/").text

    assert '<span lang="en">Nobody &lt;b&gt;called&lt;/b&gt; back</span>' in listed


def test_a_legacy_answer_cannot_be_mistaken(ines, session, cast):
    answer(session, cast.client("claire"), 9, scale="1-10")

    listed = ines.get("/admin/response/").text
    told = ines.get("/admin/response/details/?id=1").text

    assert "(de 1 à 10)" in listed
    assert 'class="score promoter' not in listed + told
    assert "gardée à part" in told


def test_every_change_of_mind_is_shown(ines, session, cast):
    answer(session, cast.client("claire"), 9, "Finalement bien")
    row = session.query(Response).one()
    for score, comment, minutes in ((2, "Déçue", 9), (9, "Finalement bien", 5)):
        changed = NOON - timedelta(minutes=minutes)
        row.changes.append(ResponseChange(score=score, comment=comment, changed_at=changed))
    session.commit()

    page = ines.get(f"/admin/response/details/?id={row.id}").text

    assert "Réponse de Claire Delmas" in page
    assert "Déçue" in page


def test_hostile_comments_are_text(ines, session, cast):
    answer(session, cast.client("claire"), 3, "<script>alert(1)</script>")

    for path in ("", "details/?id=1"):
        page = ines.get(f"/admin/response/{path}").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_nobody_changes_an_answer_here(app, cast, two_answers):
    sophie = Visitor(app, cast.colleague("sophie"))

    for path in ("new/", "edit/?id=1", "delete/?id=1"):
        assert sophie.get(f"/admin/response/{path}").status_code in (403, 404)


def test_an_imported_answer_without_a_time_shows_its_day_alone(ines, session, cast):
    claire = cast.client("claire")
    midnight = datetime(2025, 2, 13, 23, tzinfo=UTC)  # in Paris
    answer(session, claire, 9, channel=Channel.IMPORT, answered_at=midnight)

    pages = [
        ines.get("/admin/response/details/?id=1").text,
        ines.get(f"/admin/contact/details/?id={claire.id}").text,
    ]

    assert "14/02/2025" in pages[0] and "14 février 2025" in pages[1]
    assert [page for page in pages if "0:00<" in page or "0:00 " in page] == []


@pytest.fixture
def sophie(app, cast):
    return Visitor(app, cast.colleague("sophie"))


def test_an_administrator_takes_an_answer_out_of_the_figures_and_says_why(
    ines, sophie, session, two_answers
):
    path = "/admin/response/exclusion/?id=1"
    page = sophie.get("/admin/response/details/?id=1").text
    assert "Ne plus la compter" in page
    assert "Ne plus la compter" not in ines.get("/admin/response/details/?id=1").text
    assert ines.post(path, why="Parce que.").status_code == 403

    assert "Dites pourquoi" in sophie.post(path, why=" ").text
    done = sophie.post(path, why="<b>Un robot</b>").text

    assert "Cette réponse ne compte nulle part" in done
    assert "&lt;b&gt;Un robot&lt;/b&gt;" in done and "Sophie Marchal" in done
    back = sophie.post("/admin/response/inclusion/?id=1", why="Finalement si.").text
    assert "Cette réponse compte à nouveau." in back
    assert "Cette réponse ne compte nulle part" not in back
    session.rollback()
    row = session.get(Response, 1)
    assert row.excluded_at is None
    assert [one.by for one in row.exclusions] == ["Sophie Marchal"] * 2


def test_an_answer_shows_what_speaks_for_it(ines, session, cast):
    invitation = cast.invitation(cast.client("claire"))
    answer(
        session,
        cast.client("marc"),
        9,
        evidence=Evidence.CLICK_ONLY,
        conflict_at=NOON,
        invitation_id=invitation.id,
    )
    row = session.query(Response).one()
    row.changes.append(
        ResponseChange(
            score=9, changed_at=NOON, way=Way.CLICK, evidence="click-only", browser="Safari"
        )
    )
    row.changes.append(
        ResponseChange(score=9, changed_at=NOON, way=Way.BUTTON, conflict=True, browser="Chrome")
    )
    visit = {"began_at": NOON, "ended_at": NOON, "judge_at": NOON, "judged_at": NOON}
    visit |= {"verdict": "machine", "reasons": "honeypot,too-soon"}
    session.add(Visit(invitation_id=invitation.id, **visit))
    session.commit()

    page = ines.get(f"/admin/response/details/?id={row.id}").text

    assert "Un clic seul" in page and "Safari" in page
    assert "envoyée avec le bouton, Chrome" in page
    assert "un autre navigateur qu’avant" in page
    assert "Deux navigateurs ne disent pas la même chose" in page
    assert "a ouvert le lien que personne ne voit" in page
