"""A picture in a form: the one that is kept (its hash, hidden), a file to replace it, and the wish to remove it."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField, HiddenField

from hopnps.i18n import lazy_gettext as _

ACCEPT = "image/png,image/jpeg,image/webp"


def picture_fields(name: str, label: Any, removal: Any) -> dict[str, Any]:
    """`<name>` is the kept picture's hash, `<name>_file` the new one, `remove_<name>` a tick."""
    return {
        name: HiddenField(default=""),
        f"{name}_file": FileField(
            label, render_kw={"accept": ACCEPT}, description=_("PNG, JPEG or WebP, 2 MB at most.")
        ),
        f"remove_{name}": BooleanField(removal),
    }


def uploaded(value: Any, most: int) -> bytes:
    """The bytes of a file field, b"" where nothing was chosen; one byte more than `most` tells of a larger file."""
    if not getattr(value, "filename", ""):
        return b""
    value.seek(0)
    return value.read(most + 1)
