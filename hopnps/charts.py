"""Tallies -> the geometry of our charts, which templates write as SVG: bars, an interval on its scale, a trend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

from hopnps.domain.score import Category, category_of
from hopnps.domain.statistics import Tally


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
    key: str
    tally: Tally
    x: float
    y: float
    labelled: bool  # also on a phone


@dataclass(frozen=True)
class Trend:
    """`line` and `bands` are SVG paths; they stop where a month has no answers."""

    points: list[Point]
    line: str
    bands: list[str]
    rules: list[tuple[int, float]]  # an NPS and its height


Height = Callable[[float], float]
LEFT, RIGHT, TOP, BOTTOM = 34, 516, 10, 184
PHONE_LABELS = 4


def trend(months: list[tuple[str, Tally]]) -> Trend | None:
    """The months in their order, those without answers included; None while there are none with."""
    intervals = [tally.interval for _key, tally in months if tally.interval]
    if not intervals:
        return None
    step = _step(min(low for low, _ in intervals), max(high for _, high in intervals))
    floor_ = step * floor(min(low for low, _ in intervals) / step)
    ceiling = step * ceil(max(high for _, high in intervals) / step)

    def height(value: float) -> float:
        return BOTTOM - (value - floor_) / (ceiling - floor_) * (BOTTOM - TOP)

    runs = _runs(months, height)
    return Trend(
        points=[point for run in runs for point in run],
        line="".join(_path(run) for run in runs),
        bands=[_band(run, height) for run in runs],
        rules=[(value, height(value)) for value in range(floor_, ceiling + 1, step)],
    )


def _step(lowest: float, highest: float) -> int:
    """At most six lines, on round figures."""
    return next(step for step in (10, 20, 50) if (highest - lowest) / step <= 5)


def _runs(months: list[tuple[str, Tally]], height: Height) -> list[list[Point]]:
    """The points, one list for each stretch of months with answers."""
    runs: list[list[Point]] = [[]]
    every = max(1, ceil(len(months) / PHONE_LABELS))
    for number, (key, tally) in enumerate(months):
        if tally.score is None:
            runs.append([])
            continue
        x = _place(number, len(months))
        labelled = (len(months) - 1 - number) % every == 0
        runs[-1].append(Point(key, tally, x, height(tally.score), labelled))
    return [run for run in runs if run]


def _place(number: int, months: int) -> float:
    return (LEFT + RIGHT) / 2 if months == 1 else LEFT + number * (RIGHT - LEFT) / (months - 1)


def _path(run: list[Point]) -> str:
    return "M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in run)


ALONE = 5  # half the width of the band of a month between two without answers


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
