"""hopnps nps: the figures on the command line, for people and for scripts."""

import json
from datetime import date

import pytest
from flask_babel import force_locale

from hopnps.models import Segment
from tests.conftest import NOON
from tests.services.answers import answer


@pytest.fixture
def hundred_answers(session):
    """The example of the manual: 25 promoters, 55 passives, 20 detractors."""
    for score in [10] * 25 + [8] * 55 + [3] * 20:
        answer(session, None, score, answered_on=date(2026, 3, 2))


def test_json_is_what_scripts_rely_on(hundred_answers, run):
    told = json.loads(run("nps", "--json").stdout)

    assert list(told) == [
        "nps",
        "score",
        "low",
        "high",
        "answers",
        "promoters",
        "passives",
        "detractors",
    ]
    assert told["nps"] == 5
    assert told["score"] == 5.0
    assert told["low"] == pytest.approx(-8.088, abs=0.001)
    assert told["high"] == pytest.approx(17.796, abs=0.001)
    assert [told[key] for key in list(told)[4:]] == [100, 25, 55, 20]


def test_without_answers_the_four_figures_are_null(house, run):
    told = json.loads(run("nps", "--json").stdout)

    assert [told[key] for key in ("nps", "score", "low", "high")] == [None] * 4
    assert told["answers"] == 0


def test_by_month_each_figure_has_its_key(session, run):
    answer(session, None, 10, answered_on=date(2026, 3, 2))
    answer(session, None, 2, answered_on=date(2025, 12, 31))

    told = json.loads(run("nps", "--by", "month", "--json").stdout)

    assert [(one["key"], one["nps"]) for one in told] == [("2025-12", -100), ("2026-03", 100)]


def test_by_store_an_answer_without_one_has_an_empty_key(session, cast, run):
    answer(session, None, 10, store=cast.store())
    answer(session, None, 2)

    told = json.loads(run("nps", "--by", "store", "--json").stdout)

    assert [one["key"] for one in told] == ["Paris Bastille", ""]


@pytest.mark.parametrize("until", ["2026-02-28", "28/02/2026"])
def test_days_are_typed_in_french_or_in_iso(hundred_answers, session, run, until):
    answer(session, None, 10, answered_on=date(2026, 2, 28))

    told = json.loads(run("nps", "--since", "01/02/2026", "--until", until, "--json").stdout)

    assert told["answers"] == 1


def test_survey_segment_and_scale_narrow_the_figure(session, cast, run):
    answer(session, cast.client("claire", tags=["vip"]), 10)
    answer(session, None, 2)
    answer(session, None, 2, scale="1-10")
    rule = {"contact": "tags", "has": "vip"}
    session.add(Segment(slug="vip", name="VIP", rule=rule, created_at=NOON))
    session.commit()

    def nps(*words):
        return json.loads(run("nps", *words, "--json").stdout)["nps"]

    assert nps("--survey", "relation") == 0
    assert nps("--segment", "vip") == 100
    assert nps("--scale", "1-10") == -100


def test_people_read_a_sentence_in_their_language(hundred_answers, run):
    with force_locale("en"):
        assert "NPS +5, between −8 and +18, on 100 answers." in run("nps").stdout
    with force_locale("fr"):
        assert "NPS +5, entre −8 et +18, sur 100 réponses." in run("nps").stdout


def test_people_read_a_table_by_store(session, cast, run):
    answer(session, None, 10, store=cast.store())
    answer(session, None, 3)

    with force_locale("en"):
        lines = run("nps", "--by", "store").stdout.splitlines()

    assert lines == [
        "Paris Bastille  +100  between −48 and +98  1 answer",
        "(none)          −100  between −98 and +48  1 answer",
    ]


@pytest.mark.parametrize("option", ["--survey", "--segment"])
def test_an_unknown_slug_is_refused_in_a_sentence(house, run, option):
    result = run("nps", option, "nowhere")

    assert result.exit_code == 1
    assert "nowhere" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--since", "tomorrow"],
        ["--until", "31/02/2026"],
        ["--since", "2026-03-02", "--until", "2026-03-01"],
        ["--by", "agent"],
    ],
)
def test_wrong_usage_is_status_two(house, run, words):
    result = run("nps", *words)

    assert result.exit_code == 2
    assert "Traceback" not in result.output
