"""From a count of answers to an NPS and how sure it is, and whether two of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, copysign, erfc, floor, sqrt

from hopnps.domain.score import Category, category_of

Z95 = 1.959964  # the two-sided 95 % point of the normal law
FALSE_ALARMS = 0.05  # how often chance alone may pass for a real difference


@dataclass(frozen=True)
class Tally:
    """How many answers fell into each category; `eights` of the passives gave 8, which the house formula promotes."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0
    eights: int = field(default=0, compare=False)

    @classmethod
    def of(cls, scores: Iterable[int]) -> Tally:
        given = list(scores)
        found = [category_of(score) for score in given]
        promoters, passives, detractors = (found.count(category) for category in Category)
        return cls(promoters, passives, detractors, given.count(8))

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
            self.eights + other.eights,
        )

    def __sub__(self, part: Tally) -> Tally:
        """What is left without a part of it."""
        return Tally(
            self.promoters - part.promoters,
            self.passives - part.passives,
            self.detractors - part.detractors,
            self.eights - part.eights,
        )

    @property
    def house(self) -> Tally:
        """The same answers by the house formula, in which an 8 is a promoter: never the official NPS."""
        return Tally(self.promoters + self.eights, self.passives - self.eights, self.detractors)

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
        centre = self._adjusted[0]
        margin = Z95 * sqrt(self._error)
        return max(-100.0, 100 * (centre - margin)), min(100.0, 100 * (centre + margin))

    def needed_for(self, points: float) -> int:
        """How many answers, mixed like these, make an interval of plus or minus `points`: v' (z/m)^2, rounded up.

        Cochran, W. G. (1977), "Sampling Techniques", 3rd edition, section 4.4, with the variance of one answer of
        Rocks (2016): three pretended answers keep it from being nothing where all agree.
        """
        return ceil(self._adjusted[1] * (100 * Z95 / points) ** 2)

    def more_for(self, points: float) -> int:
        """How many of these answers are still missing; 0 once they are there."""
        return max(0, self.needed_for(points) - self.answers)

    @property
    def _error(self) -> float:
        """The square of the standard error of the adjusted centre."""
        return self._adjusted[1] / (self.answers + 3)

    @property
    def _adjusted(self) -> tuple[float, float]:
        """The centre of the interval and the variance of one answer, three pretended answers included."""
        n = self.answers + 3
        up, down = (self.promoters + 0.75) / n, (self.detractors + 0.75) / n
        return up - down, up + down - (up - down) ** 2


@dataclass(frozen=True)
class Difference:
    """`points` of NPS between two groups, unrounded; `z` and the two-sided `p` of the test that compares them."""

    points: float
    z: float
    p: float

    @property
    def real(self) -> bool:
        """Whether chance alone would hardly bring it about."""
        return self.p < FALSE_ALARMS


def difference(one: Tally, other: Tally) -> Difference | None:
    """How far `one` lies above `other`, two groups without a common answer; None while one of them is empty.

    z = (NPS1' - NPS2') / sqrt(v1'/n1' + v2'/n2'), where each group has the three pretended answers of its interval:
    Wald's test of two independent groups on adjusted counts, as Agresti, A. and Caffo, B. (2000), "Simple and effective
    confidence intervals for proportions and differences of proportions", The American Statistician 54:4, do it for two
    proportions, with the counts that Rocks (2016) adds for an NPS.
    """
    if one.score is None or other.score is None:
        return None
    z = (one._adjusted[0] - other._adjusted[0]) / sqrt(one._error + other._error)
    return Difference(one.score - other.score, z, erfc(abs(z) / sqrt(2)))


def told_apart(chances: Sequence[float], rate: float = FALSE_ALARMS) -> list[bool]:
    """Which of many tests hold, by their p values, if at most a share `rate` of those that hold may be chance.

    Benjamini, Y. and Hochberg, Y. (1995), "Controlling the false discovery rate", Journal of the Royal Statistical
    Society B 57:1.
    """
    ordered = sorted(chances)
    holding = [p for rank, p in enumerate(ordered, 1) if p <= rate * rank / len(ordered)]
    return [bool(holding) and p <= holding[-1] for p in chances]


@dataclass(frozen=True)
class Scores:
    """How many answers gave 0, 1, ... 10, and the tally of those among them that rest on a click alone."""

    counts: tuple[int, ...] = (0,) * 11
    unsure: Tally = Tally()

    def __add__(self, other: Scores) -> Scores:
        counts = tuple(one + two for one, two in zip(self.counts, other.counts, strict=True))
        return Scores(counts, self.unsure + other.unsure)

    @property
    def tally(self) -> Tally:
        given = self.counts
        return Tally(sum(given[9:]), given[7] + given[8], sum(given[:7]), given[8])


def round_half_away(value: float) -> int:
    """Round to the nearest whole number; a half goes away from zero (Python's round goes to the even one)."""
    return int(copysign(floor(abs(value) + 0.5), value))
