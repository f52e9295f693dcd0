"""From scores to an NPS: known values, borders, and what must hold for any count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.score import Category, category_of
from hopnps.domain.statistics import Scores, Tally, difference, round_half_away, told_apart

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


@pytest.mark.parametrize(
    ("one", "other", "points", "z", "p"),
    [
        (Tally(122, 59, 33), Tally(104, 48, 36), 5.4186, 0.7128, 0.4759),
        (Tally(60, 30, 10), Tally(30, 30, 40), 60.0, 5.5291, 3.218e-8),
        (Tally(1, 0, 0), Tally(0, 0, 1), 200.0, 0.9428, 0.3458),
    ],
)
def test_two_groups_lie_so_far_apart(one, other, points, z, p):
    found = difference(one, other)

    assert found.points == pytest.approx(points, abs=0.001)
    assert found.z == pytest.approx(z, abs=0.001)
    assert found.p == pytest.approx(p, rel=0.01)


def test_nothing_differs_from_nothing():
    assert difference(Tally(1, 1, 1), Tally()) is None
    assert difference(Tally(), Tally(1, 1, 1)) is None


@given(answered, answered)
def test_who_lies_above_lies_as_far_above_as_the_other_below(one, other):
    found, back = difference(one, other), difference(other, one)

    assert (found.z, found.points) == pytest.approx((-back.z, -back.points))
    assert found.p == pytest.approx(back.p)
    assert 0 <= found.p <= 1


@given(answered)
def test_a_group_does_not_differ_from_its_like(tally):
    assert difference(tally, tally).p == 1
    assert not difference(tally, tally).real


@given(answered)
def test_against_a_group_that_is_surely_at_zero_the_test_says_what_the_interval_says(tally):
    low, high = tally.interval
    found = difference(tally, Tally(passives=10**12))

    assert found.real or (low < 0.01 and high > -0.01)
    assert not found.real or low > -0.01 or high < 0.01


@given(st.lists(st.floats(0, 1), max_size=30))
def test_many_tests_hold_at_most_as_often_as_one_by_one(chances):
    told = told_apart(chances)

    assert len(told) == len(chances)
    holding = [p for p, holds in zip(chances, told, strict=True) if holds]
    failing = [p for p, holds in zip(chances, told, strict=True) if not holds]
    assert max(holding, default=0) <= 0.05
    assert max(holding, default=0) <= min(failing, default=1)


def test_of_twenty_tests_one_false_alarm_is_expected_and_turned_down():
    assert told_apart([0.04] + [0.5] * 19) == [False] * 20
    assert told_apart([0.001] + [0.5] * 19) == [True] + [False] * 19


@given(tallies, tallies)
def test_a_tally_taken_away_leaves_the_rest(one, other):
    assert (one + other) - other == one


@given(st.lists(st.integers(0, 10)))
def test_scores_are_counted_one_by_one(scores):
    tally = Tally.of(scores)

    assert tally.answers == len(scores)
    assert tally.promoters == sum(score >= 9 for score in scores)
    assert tally.detractors == sum(score <= 6 for score in scores)


def _width(tally):
    low, high = tally.interval
    return high - low


@given(answered, st.integers(1, 60))
def test_the_needed_answers_are_the_variance_times_the_square_of_z_by_the_margin(tally, points):
    n = tally.answers + 3
    up, down = (tally.promoters + 0.75) / n, (tally.detractors + 0.75) / n
    exact = (up + down - (up - down) ** 2) * (1.959964 / (points / 100)) ** 2

    assert 0 <= tally.needed_for(points) - exact < 1 + 1e-6
    assert tally.more_for(points) == max(0, tally.needed_for(points) - tally.answers)


@given(answered, st.integers(5, 60))
def test_a_figure_that_lacks_no_answer_is_as_sure_as_wanted(tally, points):
    low, high = tally.interval

    if not tally.more_for(points):
        assert high - low <= 2 * points + 1e-9


@given(tallies, st.integers(0, 10**6))
def test_the_house_formula_promotes_the_eights_and_nobody_else(tally, eights):
    mixed = Tally(tally.promoters, tally.passives + eights, tally.detractors, eights)

    assert mixed.house == Tally(tally.promoters + eights, tally.passives, tally.detractors)
    assert mixed.house.answers == mixed.answers


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_test_that_holds_among_many_holds_alone_and_so_does_every_smaller_one(chances):
    holding = told_apart(chances)

    assert all(p <= 0.05 for p, holds in zip(chances, holding, strict=True) if holds)
    least_failing = min(
        (p for p, holds in zip(chances, holding, strict=True) if not holds), default=2
    )
    assert all(p < least_failing for p, holds in zip(chances, holding, strict=True) if holds)


@given(st.lists(st.integers(0, 10), max_size=40))
def test_scores_give_the_tally_of_their_answers(given):
    counts = Scores(tuple(given.count(score) for score in range(11)))

    assert counts.tally == Tally.of(given)
    assert counts.tally.eights == Tally.of(given).eights == given.count(8)
