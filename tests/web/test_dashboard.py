"""The dashboard: the figure, how sure it is, where it comes from; empty, filtered, hostile."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from hopnps.models import Segment
from tests.conftest import NOON
from tests.services.answers import answer
from tests.web.visitor import Visitor


@pytest.fixture
def ines(app, cast):
    return Visitor(app, cast.colleague("ines"))


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


@pytest.fixture
def page(ines):
    """The dashboard's text as sales read it, for this query."""

    def shown(**query):
        return told(ines.get("/dashboard", query_string=query).text)

    return shown


def told(html: str) -> str:
    """What is read on a page: no tags, single blanks."""
    body = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_before_the_first_answer_the_next_steps_stand_here(camille, cast):
    shown = camille.get("/dashboard").text

    assert "Pas encore de NPS" in told(shown)
    assert "Importer vos clients" in shown
    assert 'class="now"' in shown
    assert "Réponses par note" not in shown


def test_sales_see_no_step_that_they_may_not_take(ines):
    shown = ines.get("/dashboard").text

    assert "Importer vos clients" in shown
    assert "/imports" not in shown
    assert "/admin/survey/" not in shown


def test_the_figure_stands_with_its_interval_and_its_count(session, page):
    for score in [10] * 25 + [8] * 55 + [3] * 20:
        answer(session, None, score)

    shown = page()

    assert "NPS +5 Entre −8 et +18, sur 100 réponses" in shown
    assert "Promoteurs 25 25" in shown
    assert "Encore" in shown  # thirteen points to either side are not ten


def test_an_nps_never_bears_a_percent_sign(session, ines):
    answer(session, None, 10)

    assert not re.search(r"[+−]\d+\s*%", told(ines.get("/dashboard").text))


def test_few_answers_of_a_store_give_no_figure(session, cast, page):
    bastille = cast.store()
    answer(session, None, 10, store=bastille)
    for _ in range(40):
        answer(session, None, 9, store=None)

    shown = page()

    assert (
        "Trop peu de réponses pour conclure Paris Bastille encore 51 réponses pour ±20 n. c."
        in shown
    )
    assert re.search(r"Sans magasin entre \+\d+ et \+100 \+100", shown)


def test_every_filter_narrows_what_is_shown(session, cast, page):
    nantes = cast.store("Nantes", "Ouest")
    vip = cast.client("claire", tags=["vip"])
    session.commit()
    answer(session, vip, 10, store=nantes, region=nantes.region, days=40, campaign_name="Été 2025")
    for days in range(9):
        answer(session, None, 3, days=days)
    march = (NOON.date() - timedelta(days=3)).isoformat()

    assert "sur 10 réponses" in page()
    for query in (
        {"place": "store:NANTES"},
        {"place": "region:ouest"},
        {"campaign": "Été 2025"},
        {"until": "31/01/2026"},
        {"survey": "relation", "until": "2026-01-31"},
    ):
        assert "sur 1 réponse" in page(**query), query
    assert "sur 4 réponses" in page(since=march)
    assert "Aucune réponse ici" in page(survey="ticket")


def test_a_segment_narrows_the_figure(session, cast, page):
    answer(session, cast.client("claire", tags=["vip"]), 10)
    answer(session, None, 3)
    rule = {"contact": "tags", "has": "vip"}
    session.add(Segment(slug="vip", name="VIP", rule=rule, created_at=NOON))
    session.commit()

    assert "sur 1 réponse" in page(segment="vip")


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("survey", "<script>", "Il n’y a pas d’enquête"),
        ("segment", "nowhere", "Il n’y a pas de segment"),
        ("since", "31/02/2026", "n’existe pas"),
        ("until", "demain", "n’est pas une date"),
        ("place", "moon", "Il n’y a pas de magasin"),
        ("place", "region:x", "Il n’y a pas de région"),
    ],
)
def test_a_filter_that_names_nothing_is_said_beside_itself(session, ines, name, value, fault):
    answer(session, None, 10)

    shown = ines.get("/dashboard", query_string={name: value})

    assert shown.status_code == 400
    assert fault in shown.text
    assert value.replace("<", "&lt;").replace(">", "&gt;") in shown.text
    assert "Réponses par note" not in shown.text


def test_an_end_before_the_beginning_is_said(ines):
    shown = ines.get("/dashboard?since=2026-03-02&until=2026-03-01")

    assert "La fin est avant le début" in shown.text


def test_names_and_comments_are_shown_as_text(session, cast, ines):
    hostile = '<img src=x onerror="alert(1)">'
    claire = cast.client("claire", first_name=hostile)
    store = cast.store(f"Paris {hostile}")
    answer(session, claire, 3, hostile, store=store, campaign_name=hostile)

    shown = ines.get("/dashboard").text

    assert "<img" not in shown
    assert shown.count("&lt;img src=x") >= 3


def test_a_comment_leads_to_its_client(session, cast, ines):
    claire = cast.client("claire")
    answer(session, claire, 3, "Trois semaines d’attente")

    assert (
        f'href="/admin/contact/details/?id={claire.id}">Claire Delmas</a>'
        in ines.get("/dashboard").text
    )


def test_legacy_answers_are_named_and_counted_apart(session, page):
    answer(session, None, 10)
    answer(session, None, 2, scale="1-10")

    shown = page()

    assert "sur 1 réponse" in shown
    assert "1 réponse sur une ancienne échelle de 1 à 10 est gardée à part" in shown


def test_months_without_answers_break_the_line(session, ines):
    for month in (1, 2, 4):
        answer(session, None, 9, answered_on=date(2026, month, 3))

    shown = ines.get("/dashboard").text

    assert shown.count('class="band"') == 2
    assert "NPS par mois, de janvier 2026 à avril 2026" in shown


def test_the_page_keeps_to_its_content_policy(session, ines):
    answer(session, None, 10, "Merci")

    shown = ines.get("/dashboard")

    assert "'unsafe-inline'" not in shown.headers["Content-Security-Policy"]
    assert not re.search(r"<[^>]+\s(style|on\w+)=", shown.text)


def test_the_dashboard_speaks_english(session, ines):
    for _ in range(3):
        answer(session, None, 10)
    ines.post("/language", language="en")

    shown = told(ines.get("/dashboard").text)

    assert "NPS +100 Between −7 and +100, on 3 answers" in shown
