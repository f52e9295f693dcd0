"""An uploaded picture, or the wish to remove one -> what a service keeps."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField

from hopnps.i18n import lazy_gettext as _

ACCEPT = "image/png,image/jpeg,image/webp"


def picture_field(label: Any) -> FileField:
    return FileField(
        label, render_kw={"accept": ACCEPT}, description=_("PNG, JPEG or WebP, 2 MB at most.")
    )


def removal_field(label: Any) -> BooleanField:
    return BooleanField(label)


def uploaded(value: Any, most: int) -> bytes:
    """The bytes of a file field, b"" where nothing was chosen; one byte more than `most` tells of a larger file."""
    return value.read(most + 1) if getattr(value, "filename", "") else b""
