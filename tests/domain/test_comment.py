"""Comments: what is kept of them, and what cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.comment import LONGEST, checked, printable
from hopnps.domain.errors import Invalid

anything = st.text(st.characters())  # lone surrogates and NUL among them


@given(anything)
def test_what_is_kept_can_be_stored_and_is_kept_the_same_again(comment):
    try:
        kept = checked(comment)
    except Invalid as fault:
        assert fault.field == "comment"
        return
    kept.encode()
    assert "\0" not in kept and "\r" not in kept
    assert checked(kept) == kept


@given(anything)
def test_whatever_was_typed_can_be_shown_again_at_full_length(comment):
    shown = printable(comment)

    shown.encode()
    assert "\0" not in shown
    assert len(shown) == len(comment)


@pytest.mark.parametrize("mark", ["a", "é", "字", "😀"])
def test_characters_are_counted_not_bytes(mark):
    assert checked(mark * LONGEST) == mark * LONGEST
    with pytest.raises(Invalid, match="5001 characters"):
        checked(mark * (LONGEST + 1))


def test_blanks_around_and_kinds_of_line_ends_do_not_count():
    assert checked(" \r\n a\r\nb\rc \n") == "a\nb\nc"
