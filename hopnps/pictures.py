"""A chart of ours as SVG -> the same as PNG, drawn by Pillow: no browser and no library of its own is needed.

It knows what our charts are written with and nothing else: rectangles, circles, paths of M, L, H, V and Z, texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

SCALE = 3  # pixels a unit: sharp on paper too
INK, FAINT, LINE, ACCENT = "#1b2320", "#636b66", "#e4e1d8", "#17624a"
PAINT: dict[
    str, dict[str, Any]
] = {  # class -> what it is painted with; the light colours of hopnps.css
    "ground": {"fill": "#ffffff"},
    "promoter": {"fill": "#1a5fa6"},
    "passive": {"fill": "#66665f"},
    "detractor": {"fill": "#b0430c"},
    "of-promoter": {"fill": "#1a5fa6"},
    "of-passive": {"fill": "#66665f"},
    "of-detractor": {"fill": "#b0430c"},
    "track": {"fill": "#eeece5"},
    "shade": {"fill": "#eeece5"},
    "span": {"fill": ACCENT, "opacity": 0.38},
    "band": {"fill": ACCENT, "opacity": 0.16},
    "trend": {"stroke": ACCENT, "width": 2.5},
    "pt": {"fill": "#ffffff", "stroke": ACCENT, "width": 2.5},
    "mark": {"fill": INK},
    "val": {"fill": INK},
    "axis": {"stroke": "#8f8b7f", "width": 1},
    "rule": {"stroke": LINE, "width": 1},
    "before": {"stroke": FAINT, "width": 2},
    "title": {"fill": INK, "size": 15},
    "target": {},
}
TEXT = {"fill": FAINT, "size": 12}
SIGNS = "▼▬▲"  # beside a category's colour; our font has none of them
FONT = Path(__file__).parent / "static/hopnps/vendor/inter/latin.woff2"
_STEP = re.compile(r"([MLHVZ])([^MLHVZ]*)")
Points = list[tuple[float, float]]


def style_sheet() -> str:
    """The same paint as CSS, for the SVG that stands alone."""
    rules = [f"text {{ font: 500 12px Inter, Arial, sans-serif; fill: {FAINT} }}"]
    for name, paint in PAINT.items():
        known = {
            "fill": paint.get("fill", "none"),
            "stroke": paint.get("stroke", "none"),
            "stroke-width": paint.get("width", 0),
            "opacity": paint.get("opacity", 1),
        }
        if "size" in paint:
            known["font-size"] = f"{paint['size']}px"
        rules.append(f".{name} {{ " + "; ".join(f"{k}: {v}" for k, v in known.items()) + " }")
    return "\n".join(rules)


def png_of(svg: str) -> bytes:
    """Draw one of our charts, on white."""
    root = ElementTree.fromstring(svg)  # noqa: S314  (written by our own template)
    left, top, width, height = (float(one) for one in root.attrib["viewBox"].split())
    picture = Image.new("RGB", (round(width * SCALE), round(height * SCALE)), "#ffffff")
    for element in _elements(root):
        _paint(picture, element, left, top)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _elements(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return (one for one in root.iter() if one.tag.rpartition("}")[2] in _DRAW)


def _paint(picture: Image.Image, element: ElementTree.Element, left: float, top: float) -> None:
    """On a layer of its own where one sees through it."""
    kind = element.tag.rpartition("}")[2]
    names = (one for one in element.get("class", "").split() if one in PAINT)
    paint = next((PAINT[name] for name in names), {})
    opacity = paint.get("opacity", 1)
    if opacity == 1:
        _DRAW[kind](ImageDraw.Draw(picture), element, paint, (left, top))
        return
    mask = Image.new("L", picture.size, 0)
    _DRAW[kind](ImageDraw.Draw(mask), element, {"fill": round(255 * opacity)}, (left, top))
    picture.paste(paint["fill"], mask=mask)


def _rect(draw: Any, element: Any, paint: dict[str, Any], origin: tuple[float, float]) -> None:
    x, y, width, height, radius = (
        float(element.get(name, 0)) for name in ("x", "y", "width", "height", "rx")
    )
    if "fill" in paint:
        box = [*_at(x, y, origin), *_at(x + width, y + height, origin)]
        draw.rounded_rectangle(box, min(radius, height / 2, width / 2) * SCALE, paint["fill"])


def _circle(draw: Any, element: Any, paint: dict[str, Any], origin: tuple[float, float]) -> None:
    x, y, radius = (float(element.get(name)) for name in ("cx", "cy", "r"))
    radius += paint.get("width", 0) / 2  # half of the stroke lies outside
    box = [*_at(x - radius, y - radius, origin), *_at(x + radius, y + radius, origin)]
    draw.ellipse(box, paint.get("fill"), paint.get("stroke"), round(paint.get("width", 0) * SCALE))


def _path(draw: Any, element: Any, paint: dict[str, Any], origin: tuple[float, float]) -> None:
    for run in _runs(element.get("d", "")):
        points = [_at(x, y, origin) for x, y in run]
        if "fill" in paint and len(points) > 2:
            draw.polygon(points, paint["fill"])
        elif "stroke" in paint:
            draw.line(points, paint["stroke"], max(1, round(paint["width"] * SCALE)), "curve")


def _text(draw: Any, element: Any, paint: dict[str, Any], origin: tuple[float, float]) -> None:
    words = "".join(element.itertext()).strip(f"{SIGNS} ")
    known: dict[str, Any] = TEXT | paint
    anchor = {"middle": "ms", "end": "rs"}.get(element.get("text-anchor", ""), "ls")
    place = _at(float(element.get("x", 0)), float(element.get("y", 0)), origin)
    draw.text(place, words, known["fill"], _font(known["size"] * SCALE), anchor)


def _at(x: float, y: float, origin: tuple[float, float]) -> tuple[float, float]:
    return (x - origin[0]) * SCALE, (y - origin[1]) * SCALE


def _runs(path: str) -> Iterator[Points]:
    """The points of each stroke of a path."""
    points: Points = []
    for letter, text in _STEP.findall(path):
        numbers = [float(one) for one in text.split()]
        if letter == "M":
            if points:
                yield points
            points = [(numbers[0], numbers[1])]
        elif letter == "L":
            points.append((numbers[0], numbers[1]))
        elif letter == "Z":
            points.append(points[0])
        else:
            x, y = points[-1]
            points.append((numbers[0], y) if letter == "H" else (x, numbers[0]))
    if points:
        yield points


@cache
def _font(size: int) -> Any:
    """Our own where the front end is there, else Pillow's."""
    return ImageFont.truetype(FONT, size) if FONT.exists() else ImageFont.load_default(size)


_DRAW = {"rect": _rect, "circle": _circle, "path": _path, "text": _text}
