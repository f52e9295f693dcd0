"""The address to which bounces return: it tells the delivery, and nobody else can make one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain import verp

KEYS = ("new", "old")
HOUSE = "bounces@example.org"


@given(st.integers(min_value=1, max_value=2**63 - 1))
def test_each_delivery_has_an_address_that_is_read_back(delivery_id):
    address = verp.return_path(HOUSE, delivery_id, KEYS)

    assert address.startswith("bounces+")
    assert address.endswith("@example.org")
    assert verp.read(address, KEYS) == delivery_id


def test_a_server_that_writes_it_in_capitals_changes_nothing():
    assert verp.read(verp.return_path(HOUSE, 123_456, KEYS).upper(), KEYS) == 123_456


def test_it_is_read_where_it_stands_in_brackets():
    assert verp.read(f"rfc822; <{verp.return_path(HOUSE, 7, KEYS)}>", KEYS) == 7


def test_an_address_that_an_older_key_signed_is_still_ours():
    assert verp.read(verp.return_path(HOUSE, 36, ("old",)), KEYS) == 36


def test_the_longest_house_address_leaves_the_local_part_within_64_signs():
    house = "b" * verp.LONGEST_LOCAL + "@example.org"

    longest = verp.return_path(house, 2**63 - 1, KEYS)

    assert len(longest.partition("@")[0]) <= 64


@pytest.mark.parametrize("house", ["", "bounces", "@example.org", "b" * 30 + "@example.org"])
def test_an_address_without_room_is_refused(house):
    with pytest.raises(ValueError, match="bounce address"):
        verp.return_path(house, 1, KEYS)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "bounces@example.org",
        "bounces+8-{mac}@example.org",
        "bounces+07-{mac}@example.org",
        "bounces+７-{mac}@example.org",
        "bounces+7-{mac}a@example.org",
        "bounces+7-@example.org",
        "bounces+-{mac}@example.org",
        "bounces+7-" + "a" * 20 + "@example.org",
        "7-{mac}",
    ],
)
def test_a_forged_address_is_nobodys(forged):
    mac = verp.return_path(HOUSE, 7, KEYS).partition("-")[2].partition("@")[0]

    assert verp.read(forged.replace("{mac}", mac), KEYS) is None


def test_a_key_of_somebody_else_signs_nothing_for_us():
    assert verp.read(verp.return_path(HOUSE, 7, ("theirs",)), KEYS) is None


@given(st.text())
def test_any_text_at_all_is_read_without_harm(text):
    assert verp.read(text, KEYS) is None
