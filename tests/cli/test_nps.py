"""hopnps nps: the figures on the command line, for people and for scripts."""

import json
from datetime import date

import pytest
from flask_babel import force_locale

from hopnps.models import Segment
from tests.conftest import NOON
from tests.services.answers import answer, answers


@pytest.fixture
def hundred_answers(session):
    """The example of the manual: 25 promoters, 55 passives, 20 detractors."""
    answers(session, [10] * 25 + [8] * 55 + [3] * 20, answered_on=date(2026, 3, 2))


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
        "Paris Bastille  +100  between −48 and +98  1 answer  Too few to tell: 54 more answers for ±20.",
        "(none)          −100  between −98 and +48  1 answer  Too few to tell: 54 more answers for ±20.",
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
        ["--by", "weather"],
        ["--store", "Lille", "compare", "--a", "all", "--b", "all"],
        ["compare", "--a", "all"],
        ["compare", "--a", "all", "--b", "weather=fine"],
        ["compare", "--a", "all", "--b", "since=yesterday"],
        ["compare", "--a", "since=2026-03-02,until=2026-03-01", "--b", "all"],
    ],
)
def test_wrong_usage_is_status_two(house, run, words):
    result = run("nps", *words)

    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_two_groups_are_compared_with_the_figures_of_the_test_unrounded(session, cast, run):
    nantes, lille = cast.store("Nantes"), cast.store("Lille, centre")
    for store, given in (
        (nantes, [10] * 12 + [7] * 6 + [3] * 2),
        (lille, [10] * 5 + [8] * 10 + [0] * 5),
    ):
        answers(session, given, store=store)

    told = json.loads(
        run("nps", "compare", "--a", "store=nantes", "--b", "store=Lille,, centre", "--json").stdout
    )

    assert list(told) == ["difference", "z", "p", "a", "b"]
    assert told["difference"] == 50.0
    assert told["z"] == pytest.approx(2.1011, abs=0.0001)
    assert told["p"] == pytest.approx(0.0356, abs=0.0001)
    assert (told["a"]["answers"], told["b"]["nps"]) == (20, 0)


def test_a_comparison_is_told_in_plain_words(session, cast, run):
    for days, scores in ((0, [10] * 30), (60, [2] * 30)):
        answers(session, scores, days=days)

    with force_locale("en"):
        told = run("nps", "compare", "--a", "since=2026-02-01", "--b", "until=2026-01-31").stdout
        nothing = run("nps", "compare", "--a", "agent=Léa", "--b", "all").stdout

    assert told.splitlines() == [
        "A: NPS +100, between +79 and +100, on 30 answers.",
        "B: NPS −100, between −100 and −79, on 30 answers.",
        "Difference +200: it is real (z = 20.64, p < 0.001).",
    ]
    assert "One of the two has no answer" in nothing


def test_the_house_formula_stands_beside_the_official_one_and_says_its_name(hundred_answers, run):
    told = json.loads(run("nps", "--house-formula", "--json").stdout)

    assert (told["nps"], told["house_formula"]["nps"]) == (5, 60)
    assert "house_formula" not in json.loads(run("nps", "--json").stdout)
    with force_locale("en"):
        assert "House formula, in which an 8 counts as a promoter: NPS +60" in (
            run("nps", "--house-formula").stdout
        )


def test_a_legacy_scale_has_no_house_formula(session, run):
    answer(session, None, 8, scale="1-10")

    assert "house_formula" not in json.loads(
        run("nps", "--scale", "1-10", "--house-formula", "--json").stdout
    )


def test_every_filter_narrows(session, cast, run):
    claire = cast.client("claire")
    bike = cast.interaction(claire, data={"produit": "Vélo cargo"})
    mail = cast.invitation(claire, interaction_id=bike.id)
    answer(session, claire, 10, agent="Léa", language="en", campaign_name="Mai", invitation=mail)
    answer(session, None, 2, agent="Omar", language="fr")

    for option, value in (
        ("--agent", "lea"),
        ("--language", "en"),
        ("--campaign", "Mai"),
        ("--product", "velo cargo"),
    ):
        assert json.loads(run("nps", option, value, "--json").stdout)["answers"] == 1
    by = json.loads(run("nps", "--by", "product", "--json").stdout)
    assert [(one["key"], one["answers"]) for one in by] == [("Vélo cargo", 1), ("", 1)]
