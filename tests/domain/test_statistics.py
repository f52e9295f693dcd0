"""From scores to an NPS: known values, borders, and what must hold for any count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.score import Category, category_of
from hopnps.domain.statistics import Tally, round_half_away

counts = st.integers(0, 10**6)
tallies = st.builds(Tally, counts, counts, counts)
answered = tallies.filter(lambda tally: tally.answers)


@pytest.mark.parametrize(
    ("tally", "nps", "low", "high"),
    [
        (Tally(25, 55, 20), 5, -8.088, 17.796),
        (Tally(122, 59, 33), 42, 31.120, 50.908),
        (Tally(1, 0, 0), 100, -48.499, 98.499),
        (Tally(0, 0, 1), -100, -98.499, 48.499),
        (Tally(0, 1, 0), 0, -60.011, 60.011),
        (Tally(1000, 0, 0), 100, 99.287, 100.0),
    ],
)
def test_known_values(tally, nps, low, high):
    assert tally.nps == nps
    assert tally.interval == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(
    ("score", "category"),
    [
        (0, Category.DETRACTOR),
        (6, Category.DETRACTOR),
        (7, Category.PASSIVE),
        (8, Category.PASSIVE),
        (9, Category.PROMOTER),
        (10, Category.PROMOTER),
    ],
)
def test_a_category_begins_and_ends_where_it_should(score, category):
    assert category_of(score) is category
    assert Tally.of([score]).answers == 1


@pytest.mark.parametrize("score", [-1, 11, 3.5])
def test_what_is_no_score_has_no_category(score):
    with pytest.raises(ValueError, match="0 to 10"):
        category_of(score)


@pytest.mark.parametrize(
    ("value", "whole"),
    [(0.5, 1), (-0.5, -1), (2.5, 3), (-2.5, -3), (0.49, 0), (-0.49, 0), (99.5, 100)],
)
def test_halves_go_away_from_zero(value, whole):
    assert round_half_away(value) == whole


def test_an_nps_of_half_a_point_is_rounded_away_from_zero_on_both_sides():
    assert Tally(promoters=1, passives=199).nps == 1
    assert Tally(passives=199, detractors=1).nps == -1


def test_without_answers_nothing_is_said():
    assert (Tally().score, Tally().nps, Tally().interval) == (None, None, None)


def test_how_many_more_answers_make_a_figure_sure_enough():
    few = Tally(promoters=5, passives=3, detractors=2)

    more = few.more_for(20)

    assert more > 0
    assert Tally(500, 300, 200).more_for(20) == 0


@given(tallies)
def test_the_figure_is_a_whole_number_between_minus_and_plus_a_hundred(tally):
    assert tally.nps is None or (isinstance(tally.nps, int) and -100 <= tally.nps <= 100)


@given(answered)
def test_the_interval_lies_on_the_scale_and_holds_its_adjusted_centre(tally):
    low, high = tally.interval
    centre = 100 * (tally.promoters - tally.detractors) / (tally.answers + 3)

    assert -100 <= low <= centre <= high <= 100


@given(answered.filter(lambda tally: tally.answers >= 30))
def test_the_interval_holds_the_score_once_there_are_some_answers(tally):
    low, high = tally.interval

    assert low <= tally.score + 1e-9 or tally.score == pytest.approx(-100)
    assert tally.score - 1e-9 <= high or tally.score == pytest.approx(100)


@given(answered, st.integers(2, 50))
def test_more_answers_of_the_same_mix_are_surer(tally, times):
    more = Tally(tally.promoters * times, tally.passives * times, tally.detractors * times)

    assert _width(more) <= _width(tally) + 1e-9


@given(answered)
def test_promoters_and_detractors_are_mirror_images(tally):
    mirror = Tally(tally.detractors, tally.passives, tally.promoters)

    assert mirror.nps == -tally.nps
    assert mirror.interval == pytest.approx((-tally.interval[1], -tally.interval[0]))


@given(st.lists(st.integers(0, 10)))
def test_scores_are_counted_one_by_one(scores):
    tally = Tally.of(scores)

    assert tally.answers == len(scores)
    assert tally.promoters == sum(score >= 9 for score in scores)
    assert tally.detractors == sum(score <= 6 for score in scores)


def _width(tally):
    low, high = tally.interval
    return high - low
