"""From a score to a category."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"


SCORES = range(11)


def category_of(score: int) -> Category:
    """Promoter 9-10, passive 7-8, detractor 0-6; ValueError for what is no score."""
    if score not in SCORES:
        raise ValueError(f"a score runs from 0 to 10, not {score}")
    if score >= 9:
        return Category.PROMOTER
    if score >= 7:
        return Category.PASSIVE
    return Category.DETRACTOR
