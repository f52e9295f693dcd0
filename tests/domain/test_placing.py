"""Who stands ahead or behind: only who can be told apart from all others."""

from hopnps.domain.placing import Place, place
from hopnps.domain.statistics import Tally

USUAL = Tally(50, 30, 20)


def test_a_store_that_differs_is_told_and_the_others_are_not():
    places = place([Tally(95, 4, 1), USUAL, USUAL, USUAL, Tally(10, 20, 70)])

    assert places == [Place.AHEAD, Place.AMONG, Place.AMONG, Place.AMONG, Place.BEHIND]


def test_few_answers_have_no_place():
    assert place([Tally(promoters=3), USUAL, USUAL]) == [Place.UNTOLD, Place.AMONG, Place.AMONG]


def test_one_store_alone_is_compared_with_nobody():
    assert place([USUAL]) == [Place.AMONG]
    assert place([]) == []


def test_many_equal_stores_stay_together_though_chance_moves_some():
    wavering = [Tally(50 + number % 5, 30, 20 - number % 5) for number in range(100)]

    assert set(place(wavering)) == {Place.AMONG}
