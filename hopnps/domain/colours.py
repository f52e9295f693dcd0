"""Two colours -> whether text in one can be read on the other, and the nearest one that can."""

from __future__ import annotations

import re

from hopnps.domain.errors import N_, Invalid

READABLE = 4.5  # WCAG 2.2, 1.4.3
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
Rgb = tuple[int, int, int]


def normalise(colour: str, *, field: str = "") -> str:
    """`#FFF` or `17624A` -> `#ffffff`, `#17624a`. Raises Invalid for anything else."""
    found = _HEX.fullmatch(colour.strip())
    if not found:
        raise Invalid(N_("Write a colour as # and six digits, like #17624a."), field=field)
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def pair(
    text: str,
    background: str,
    *,
    fields: tuple[str, str] = ("text_colour", "background_colour"),
) -> tuple[str, str]:
    """Both colours in their normal form. Raises Invalid if text in the first cannot be read on the second."""
    text = normalise(text, field=fields[0])
    background = normalise(background, field=fields[1])
    if contrast(text, background) < READABLE:
        raise Invalid(
            N_(
                "This text is hard to read on %(background)s: the contrast is %(ratio)s where %(needed)s is needed. "
                "The nearest colour that works: %(near)s."
            ),
            field=fields[0],
            background=background,
            ratio=shown_contrast(text, background),
            needed=READABLE,
            near=nearest_readable(text, background),
        )
    return text, background


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white), as WCAG computes it."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shown_contrast(one: str, other: str) -> float:
    """The contrast with two decimals, never rounded up to what it does not reach."""
    return int(contrast(one, other) * 100) / 100


def nearest_readable(text: str, background: str) -> str:
    """The text colour moved towards white or black, whichever is less far, until it can be read."""
    moved = [_moved(_rgb(text), end, background) for end in ((255, 255, 255), (0, 0, 0))]
    found = [one for one in moved if one]
    return min(found, key=lambda one: _distance(_rgb(text), _rgb(one)))


def _moved(text: Rgb, end: Rgb, background: str) -> str | None:
    for step in range(101):
        red, green, blue = (round(a + (b - a) * step / 100) for a, b in zip(text, end, strict=True))
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        if contrast(colour, background) >= READABLE:
            return colour
    return None


def _distance(one: Rgb, other: Rgb) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (_linear(channel / 255) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
