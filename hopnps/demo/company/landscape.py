"""Nothing -> hills, a sun and a bicycle as PNG: black and white one sees through, to lie on a ground of any colour."""

from __future__ import annotations

from cmath import rect
from io import BytesIO
from itertools import pairwise
from math import radians

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1000, 1250  # pixels
FINER = 2  # drawn larger, so that edges come out smooth
SCALE = WIDTH * FINER / 800  # what follows is drawn on a sheet 800 wide
WHITE, BLACK = (255, 255, 255), (0, 0, 0)

Line = list[tuple[float, float]]
# hills: where they begin, then for each bend its two handles and its end
FAR: Line = [(0, 235), (90, 180), (170, 170), (270, 205), (370, 240), (480, 262), (600, 214)]
FAR += [(720, 166), (740, 170), (800, 180)]
NEAR: Line = [(0, 268), (150, 236), (300, 250), (430, 282), (560, 314), (680, 296), (800, 240)]
NEAREST: Line = [(0, 360), (190, 290), (380, 350), (520, 345), (660, 340), (720, 330), (800, 310)]
TREES: list[Line] = [
    [(596, 290), (611, 240), (626, 290)],
    [(628, 288), (640, 248), (652, 288)],
    [(690, 276), (707, 218), (724, 276)],
]
WHEELS = (22 + 52j, 94 + 52j)
FRAME = (
    (22 + 52j, 40 + 20j, 78 + 20j, 58 + 52j, 22 + 52j),
    (38 + 12j, 40 + 20j, 58 + 52j),
    (34 + 12j, 48 + 12j),
    (94 + 52j, 78 + 20j, 74 + 8j, 86 + 8j),
)


BICYCLES = ((84 + 210j, -5), (216 + 204j, 2))  # where, and how each leans: a phone sees the second


def draw_landscape() -> bytes:
    canvas = Image.new("RGBA", (WIDTH, HEIGHT))
    _lay(canvas, BLACK, _fade((0, 0.2), (0.22, 0)))
    _lay(canvas, WHITE, _fade((0.12, 0), (0.3, 0.16), (0.6, 0)))
    for radius, opacity in ((66, 0.14), (44, 0.22)):
        sun = Sheet()
        sun.disc(520 + 128j, radius)
        _lay(canvas, WHITE, sun.mask(opacity))
    for colour, hill, opacity in ((WHITE, FAR, 0.1), (BLACK, NEAR, 0.18), (BLACK, NEAREST, 0.2)):
        slope = Sheet()
        slope.fill([*_curve(hill), (800, 1000), (0, 1000)])
        _lay(canvas, colour, slope.mask(opacity))
    _lay(canvas, WHITE, _road().mask(0.4))
    for place, lean in BICYCLES:
        _lay(canvas, WHITE, _bicycle(place, lean).mask(0.9))
    _lay(canvas, BLACK, _trees().mask(0.25))
    file = BytesIO()
    canvas.save(file, "PNG", compress_level=1)  # it is encoded once more where pictures are kept
    return file.getvalue()


class Sheet:
    """What is drawn on it in the drawing's own units becomes the mask of one layer."""

    def __init__(self) -> None:
        self._picture = Image.new("L", (WIDTH * FINER, HEIGHT * FINER))
        self._pen = ImageDraw.Draw(self._picture)

    def fill(self, outline: Line) -> None:
        self._pen.polygon([(x * SCALE, y * SCALE) for x, y in outline], 255)

    def stroke(self, line: Line, width: float) -> None:
        points = [(x * SCALE, y * SCALE) for x, y in line]
        self._pen.line(points, 255, round(width * SCALE), joint="curve")

    def disc(self, middle: complex, radius: float, ring: float = 0) -> None:
        """A full one, or where `ring` is given a circle of that width."""
        x, y, r = middle.real * SCALE, middle.imag * SCALE, (radius + ring / 2) * SCALE
        inside = 0 if ring else 255
        self._pen.ellipse((x - r, y - r, x + r, y + r), inside, 255, round(ring * SCALE))

    def mask(self, opacity: float) -> Image.Image:
        return self._picture.reduce(FINER).point(lambda level: round(level * opacity))


def _lay(canvas: Image.Image, colour: tuple[int, int, int], mask: Image.Image) -> None:
    layer = Image.new("RGBA", canvas.size, colour)
    layer.putalpha(mask)
    canvas.alpha_composite(layer)


def _fade(*stops: tuple[float, float]) -> Image.Image:
    """From stop to stop, each at a share of the height with its opacity; nothing before and after."""
    column = Image.new("L", (1, HEIGHT))
    for (top, above), (bottom, below) in pairwise(stops):
        for y in range(round(top * HEIGHT), round(bottom * HEIGHT)):
            way = (y / HEIGHT - top) / (bottom - top)
            column.putpixel((0, y), round(255 * (above + (below - above) * way)))
    return column.resize((WIDTH, HEIGHT))


def _curve(line: Line, steps: int = 40) -> Line:
    """Bends of two handles each, as a line of many short pieces."""
    drawn: Line = []
    for first in range(0, len(line) - 1, 3):
        a, b, c, d = (complex(*point) for point in line[first : first + 4])
        for t in (step / steps for step in range(steps + 1)):
            u = 1 - t
            at = u**3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t**3 * d
            drawn.append((at.real, at.imag))
    return drawn


def _road() -> Sheet:
    sheet = Sheet()
    sheet.stroke(_curve(NEAR), 2)
    return sheet


def _bicycle(place: complex, lean: float) -> Sheet:
    sheet, turn = Sheet(), rect(0.6, radians(lean))
    for wheel in WHEELS:
        sheet.disc(place + wheel * turn, 21 * 0.6, ring=3)
    for tube in FRAME:
        points = [place + point * turn for point in tube]
        sheet.stroke([(point.real, point.imag) for point in points], 3)
    return sheet


def _trees() -> Sheet:
    sheet = Sheet()
    for tree in TREES:
        sheet.fill(tree)
    return sheet
