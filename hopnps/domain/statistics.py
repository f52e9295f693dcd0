"""From a count of answers to an NPS and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, copysign, floor, sqrt

from hopnps.domain.score import Category, category_of

Z95 = 1.959964  # the two-sided 95 % point of the normal law


@dataclass(frozen=True)
class Tally:
    """How many answers fell into each category."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @classmethod
    def of(cls, scores: Iterable[int]) -> Tally:
        found = [category_of(score) for score in scores]
        return cls(*(found.count(category) for category in Category))

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> float | None:
        """100 (promoters - detractors) / answers, unrounded; None while nobody has answered."""
        if not self.answers:
            return None
        return 100 * (self.promoters - self.detractors) / self.answers

    @property
    def nps(self) -> int | None:
        """The score as it is shown: a whole number from -100 to +100, halves away from zero."""
        return None if self.score is None else round_half_away(self.score)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval around the score, cut at -100 and +100.

        Adjusted Wald: three quarters of an answer are added to promoters and to detractors, one and a half to
        passives (Rocks, B. (2016), "Interval estimation for the Net Promoter Score", The American Statistician 70:4).
        """
        if not self.answers:
            return None
        centre, spread = self._adjusted
        margin = Z95 * sqrt(spread / (self.answers + 3))
        return max(-100.0, 100 * (centre - margin)), min(100.0, 100 * (centre + margin))

    def more_for(self, points: float) -> int:
        """How many more answers, mixed like these, until the interval is at most plus or minus `points`."""
        enough = ceil((100 * Z95 / points) ** 2 * self._adjusted[1]) - 3
        return max(0, enough - self.answers)

    @property
    def _adjusted(self) -> tuple[float, float]:
        """The centre of the interval and the variance of one answer, three pretended answers included."""
        n = self.answers + 3
        up, down = (self.promoters + 0.75) / n, (self.detractors + 0.75) / n
        return up - down, up + down - (up - down) ** 2


def round_half_away(value: float) -> int:
    """Round to the nearest whole number; a half goes away from zero (Python's round goes to the even one)."""
    return int(copysign(floor(abs(value) + 0.5), value))
