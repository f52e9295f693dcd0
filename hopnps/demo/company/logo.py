"""The company's name -> a logo as PNG: a wheel with a leaf for a hub, readable on a light mail and on a dark page."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

HEIGHT, WHEEL, GAP = 112, 76, 18  # pixels: drawn large, shown at about a third
GREEN, LEAF, PAPER = "#17624a", "#4f9d69", "#ffffff"


def draw_logo(name: str) -> bytes:
    font = ImageFont.load_default(50)
    width = round(font.getlength(name)) + WHEEL + 4 * GAP
    picture = Image.new("RGBA", (width, HEIGHT), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, width - 1, HEIGHT - 1), HEIGHT // 4, fill=PAPER)
    _draw_wheel(pen, GAP, (HEIGHT - WHEEL) // 2)
    pen.text((2 * GAP + WHEEL, HEIGHT // 2), name, GREEN, font, anchor="lm")
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _draw_wheel(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    right, bottom, middle = left + WHEEL, top + WHEEL, WHEEL // 2
    pen.ellipse((left, top, right, bottom), outline=GREEN, width=7)
    for across, down in ((0, 1), (1, 0), (0.7, 0.7), (0.7, -0.7)):
        reach_x, reach_y = across * (middle - 4), down * (middle - 4)
        x, y = left + middle, top + middle
        pen.line((x - reach_x, y - reach_y, x + reach_x, y + reach_y), GREEN, 2)
    hub = WHEEL // 5
    box = (left + middle - hub, top + middle - hub, left + middle + hub, top + middle + hub)
    pen.chord(box, 135, 315, fill=LEAF)
    pen.chord(box, 315, 495, fill=GREEN)
