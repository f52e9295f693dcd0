"""Row numbers in addresses: short, and read back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.base36 import base36


@given(st.integers(0, 2**63))
def test_a_number_is_read_back_as_it_was(number):
    signs = base36(number)

    assert int(signs, 36) == number
    assert signs == signs.lower()
    assert signs == "0" or not signs.startswith("0")
