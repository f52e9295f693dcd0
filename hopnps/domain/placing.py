"""Tallies of stores or regions -> who stands ahead of the rest, behind it, among it, or cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from hopnps.domain.statistics import Tally, difference, told_apart

USUAL = 20  # points to either side: a wider interval tells too little


class Place(StrEnum):
    """In the order in which they are told."""

    AHEAD = "ahead"
    AMONG = "among"
    BEHIND = "behind"
    UNTOLD = "untold"


def place(tallies: Sequence[Tally], precision: float = USUAL) -> list[Place]:
    """The place of each; each is compared with all others together, so many comparisons bring few false alarms.

    Whoever cannot be told apart is among the others if its interval is at most `precision` points to either side;
    else there are too few answers to tell.
    """
    whole = sum(tallies, Tally())
    found = [Place.UNTOLD if tally.more_for(precision) else Place.AMONG for tally in tallies]
    tests = {
        number: test
        for number, tally in enumerate(tallies)
        if (test := difference(tally, whole - tally))
    }
    for (number, test), holds in zip(
        tests.items(), told_apart([test.p for test in tests.values()]), strict=True
    ):
        if holds:
            found[number] = Place.AHEAD if test.z > 0 else Place.BEHIND
    return found
