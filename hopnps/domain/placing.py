"""Tallies of stores or regions -> who stands ahead of the rest, behind it, among it, or cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from hopnps.domain.statistics import Tally, difference, told_apart

WIDEST = 40  # points to either side beyond which a figure would only mislead


class Place(StrEnum):
    """In the order in which they are told."""

    AHEAD = "ahead"
    AMONG = "among"
    BEHIND = "behind"
    UNTOLD = "untold"


def place(tallies: Sequence[Tally]) -> list[Place]:
    """The place of each; each is compared with all others together, so many comparisons bring few false alarms."""
    whole = sum(tallies, Tally())
    found = [Place.AMONG if tells(tally) else Place.UNTOLD for tally in tallies]
    tests = {
        number: test
        for number, tally in enumerate(tallies)
        if tells(tally) and (test := difference(tally, whole - tally))
    }
    for (number, test), holds in zip(
        tests.items(), told_apart([test.p for test in tests.values()]), strict=True
    ):
        if holds:
            found[number] = Place.AHEAD if test.z > 0 else Place.BEHIND
    return found


def tells(tally: Tally) -> bool:
    """Whether there are answers enough for a figure."""
    low, high = tally.interval or (-100, 100)
    return (high - low) / 2 <= WIDEST
