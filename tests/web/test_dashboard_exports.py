"""What the dashboard shows, taken along: the same figures with their intervals, and its charts as pictures."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from PIL import Image

from hopnps.models import User, UserPlace
from tests.services.answers import answer, answers
from tests.web.visitor import Visitor


@pytest.fixture
def ines(app, cast):
    return Visitor(app, cast.colleague("ines"))


@pytest.fixture
def hundred_answers(session, cast):
    store = cast.store()
    answers(session, [10] * 25 + [8] * 55 + [3] * 20, store=store, region=store.region)
    answer(session, None, 9, "=1+1", days=100)


def test_a_table_holds_each_figure_with_its_interval_and_its_answers(hundred_answers, ines):
    told = ines.get("/dashboard/tables/csv", query_string={"place": "store:paris bastille"}).text

    rows = list(csv.DictReader(StringIO(told)))
    whole, by_store = rows[0], next(row for row in rows if row["Nom"] == "Paris Bastille")
    for row in (whole, by_store):
        assert (row["NPS"], row["NPS, borne basse"], row["NPS, borne haute"]) == (
            "5.0",
            "-8.09",
            "17.8",
        )
        assert (row["Réponses"], row["Promoteurs"], row["Passifs"], row["Détracteurs"]) == (
            "100",
            "25",
            "55",
            "20",
        )
    assert [row["Réponses"] for row in rows if row["Note"] == "8" and row["Réponses"]] == ["55"]


def test_a_french_excel_reads_decimals_and_nothing_runs_as_a_formula(hundred_answers, ines):
    told = ines.get("/dashboard/tables/csv-fr").data.decode("utf-8-sig")

    assert ";5,94;" in told
    assert "'=1+1" in told


def test_the_workbook_holds_numbers_and_the_house_formula_when_it_is_shown(hundred_answers, ines):
    file = ines.get("/dashboard/tables/xlsx", query_string={"formula": "house"}).data
    headers, first, *_rest = load_workbook(BytesIO(file)).active.iter_rows(values_only=True)

    found = dict(zip(headers, first, strict=True))
    assert found["NPS"] == 5.94
    assert found["Formule maison"] == 60.4


@pytest.mark.parametrize("name", ["scale", "scores", "trend"])
def test_a_chart_is_a_picture_of_its_own(hundred_answers, ines, name):
    drawn = ElementTree.fromstring(ines.get(f"/dashboard/charts/{name}.svg").data)
    with Image.open(BytesIO(ines.get(f"/dashboard/charts/{name}.png").data)) as picture:
        assert picture.format == "PNG"
        assert picture.width == 3 * round(float(drawn.get("viewBox").split()[2]))
        assert len(picture.getcolors(1_000_000)) > 20
    words = "".join(drawn.itertext())
    assert "+6" in words
    assert "101 réponses" in words


def test_who_sees_one_store_takes_only_its_figures_along(session, cast, ines, hundred_answers):
    nantes = cast.store("Nantes", "Ouest")
    answer(session, None, 0, store=nantes)
    user = session.query(User).filter_by(email="ines.kerbrat@tilleul.test").one()
    session.add(UserPlace(user_id=user.id, store_id=nantes.id))
    session.commit()

    told = ines.get("/dashboard/tables/csv").text

    assert "Paris Bastille" not in told
    assert "-100.0" in told.splitlines()[1]


def test_what_is_not_there_is_not_found(session, ines):
    for address in ("tables/pdf", "charts/moon.svg", "charts/trend.gif", "charts/trend.png"):
        assert ines.get(f"/dashboard/{address}").status_code == 404
    assert ines.get("/dashboard/tables/csv", query_string={"place": "store:x"}).status_code == 400
