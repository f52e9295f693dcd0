"""Colours: text that cannot be read is refused, with the nearest that can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain import colours
from hopnps.domain.errors import Invalid

colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_that_of_the_standard(one, other, ratio):
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(
    ("typed", "kept"), [("#FFF", "#ffffff"), (" 17624A ", "#17624a"), ("#abc", "#aabbcc")]
)
def test_a_colour_has_one_normal_form(typed, kept):
    assert colours.normalise(typed) == kept


@pytest.mark.parametrize("typed", ["", "red", "#12", "#1234567", "#fff;}", "url(x)", "＃fff"])
def test_what_is_no_colour_is_refused(typed):
    with pytest.raises(Invalid):
        colours.normalise(typed)


def test_pale_text_on_pale_ground_is_refused_with_the_nearest_that_passes():
    with pytest.raises(Invalid) as refusal:
        colours.pair("#999999", "#ffffff", fields=("text", "ground"))

    assert refusal.value.field == "text"
    assert (refusal.value.values["ratio"], refusal.value.values["needed"]) == (2.84, 4.5)
    near = refusal.value.values["near"]
    assert colours.contrast(near, "#ffffff") == pytest.approx(4.5, abs=0.1)


@given(text=colour, ground=colour)
def test_the_nearest_can_always_be_read_and_what_can_be_read_stays(text, ground):
    near = colours.nearest_readable(text, ground)

    assert colours.contrast(near, ground) >= colours.READABLE
    if colours.contrast(text, ground) >= colours.READABLE:
        assert near == text
