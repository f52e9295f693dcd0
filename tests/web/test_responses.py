"""Answers on the screen: read, searched and filtered, never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hopnps.models import Channel, Response, ResponseChange
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
        {"flt1_1": "yes"},
        {"flt3_3": "1"},
        {"flt5_5": "2026-02-01"},
    ],
)
def test_answers_are_found_by_words_and_filters(ines, two_answers, query):
    page = ines.get("/admin/response/", query_string=query).text

    assert "Zoé Lefèvre" in page
    assert "Marc Oberlin" not in page


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
