"""Tallies -> the geometry of our charts, which templates write as SVG: bars, an interval on its scale, a trend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from hopnps.domain.score import Category, category_of
from hopnps.domain.statistics import Tally
from hopnps.domain.trends import Stretch


@dataclass(frozen=True)
class Span:
    """An interval and its NPS on a scale from -100 to +100."""

    x: float
    width: float
    mark: float


def span(tally: Tally, left: float, width: float) -> Span | None:
    """Where an interval lies between `left` and `left + width`; None without answers."""
    if tally.interval is None or tally.score is None:
        return None
    low, high = (left + (bound + 100) / 200 * width for bound in tally.interval)
    return Span(low, high - low, left + (tally.score + 100) / 200 * width)


@dataclass(frozen=True)
class Bar:
    score: int
    count: int
    category: Category
    x: float
    y: float
    height: float


BAR_STEP, BAR_WIDTH, BAR_FOOT, BAR_TALLEST, BAR_SHORTEST = 52, 40, 168, 130, 2


def bars(counts: list[int]) -> list[Bar]:
    """One bar for each score, as high as its share of the highest; one answer is never invisible."""
    highest = max(counts) or 1
    found = []
    for score, count in enumerate(counts):
        height = max(BAR_TALLEST * count / highest, BAR_SHORTEST if count else 0)
        found.append(
            Bar(score, count, category_of(score), score * BAR_STEP, BAR_FOOT - height, height)
        )
    return found


@dataclass(frozen=True)
class Point:
    """A week or a month of a trend; `label` says where its name stands: "always", "wide" (not on a phone) or ""."""

    stretch: Stretch
    x: float
    y: float
    label: str

    @property
    def tally(self) -> Tally:
        return self.stretch.tally


@dataclass(frozen=True)
class Trend:
    """`line` and `bands` are SVG paths; they stop where a stretch has no answers. `shade` is where the chosen period
    lies, if there is something before it."""

    stretches: list[Stretch]
    points: list[Point]
    line: str
    bands: list[str]
    rules: list[tuple[int, float]]  # an NPS and its height
    shade: tuple[float, float] | None  # its left side and its width


Height = Callable[[float], float]
LEFT, RIGHT, TOP, BOTTOM = 34, 516, 10, 184
LABELS, PHONE_LABELS = 12, 4
ASIDE = 10  # how far the shade reaches beyond its first and last points


def trend(stretches: list[Stretch], since: date | None = None) -> Trend | None:
    """Weeks or months in their order, those without answers included; None while there are none with.

    `since` is the first day of the chosen period.
    """
    intervals = [one.tally.interval for one in stretches if one.tally.interval]
    if not intervals:
        return None
    lowest, highest = min(low for low, _ in intervals), max(high for _, high in intervals)
    step = _step(lowest, highest)
    floor_, ceiling = step * floor(lowest / step), step * ceil(highest / step)

    def height(value: float) -> float:
        return BOTTOM - (value - floor_) / (ceiling - floor_) * (BOTTOM - TOP)

    runs = _runs(stretches, height)
    return Trend(
        stretches=stretches,
        points=[point for run in runs for point in run],
        line="".join(_path(run) for run in runs),
        bands=[_band(run, height) for run in runs],
        rules=[(value, height(value)) for value in range(floor_, ceiling + 1, step)],
        shade=_shade(stretches, since),
    )


def _step(lowest: float, highest: float) -> int:
    """At most six lines, on round figures."""
    return next(step for step in (10, 20, 50) if (highest - lowest) / step <= 5)


def _shade(stretches: list[Stretch], since: date | None) -> tuple[float, float] | None:
    inside = [number for number, one in enumerate(stretches) if since and one.until >= since]
    if not inside or not inside[0]:
        return None
    left = _place(inside[0], len(stretches)) - ASIDE
    return left, RIGHT + ASIDE - left


def _runs(stretches: list[Stretch], height: Height) -> list[list[Point]]:
    """The points, one list for each row of stretches with answers."""
    runs: list[list[Point]] = [[]]
    number_of = len(stretches)
    for number, one in enumerate(stretches):
        if one.tally.score is None:
            runs.append([])
            continue
        x = _place(number, number_of)
        label = _label(number_of - 1 - number, number_of)
        runs[-1].append(Point(one, x, height(one.tally.score), label))
    return [run for run in runs if run]


def _label(from_the_end: int, number_of: int) -> str:
    """The last one is always named, the others so that names keep apart."""
    on_a_phone, wide = (max(1, ceil(number_of / most)) for most in (PHONE_LABELS, LABELS))
    on_a_phone = ceil(on_a_phone / wide) * wide
    if from_the_end % on_a_phone == 0:
        return "always"
    return "wide" if from_the_end % wide == 0 else ""


def _place(number: int, number_of: int) -> float:
    return (
        (LEFT + RIGHT) / 2 if number_of == 1 else LEFT + number * (RIGHT - LEFT) / (number_of - 1)
    )


def _path(run: list[Point]) -> str:
    return "M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in run)


ALONE = 5  # half the width of the band of a stretch between two without answers


def _band(run: list[Point], height: Height) -> str:
    """Along the upper bounds and back along the lower ones."""
    aside = ALONE if len(run) == 1 else 0
    sides: list[list[str]] = [[], []]
    for point in run:
        for x in sorted({point.x - aside, point.x + aside}):
            for side, bound in zip(sides, point.tally.interval or (0, 0), strict=True):
                side.append(f"{x:.1f} {height(bound):.1f}")
    lower, upper = sides
    return "M" + "L".join(upper + lower[::-1]) + "Z"
