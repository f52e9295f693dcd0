"""The picture fields of a form -> the picture to keep: the new one, the old one, or none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from hopnps.forms.pictures import uploaded
from hopnps.models import Image
from hopnps.services import images


def kept(
    session: Session, values: dict[str, Any], name: str, old: Image | None, *, now: datetime
) -> Image | None:
    """Takes `<name>_file` and `remove_<name>` out of the values. Raises Invalid at the file's field."""
    data = uploaded(values.pop(f"{name}_file"), images.LARGEST)
    removed = values.pop(f"remove_{name}")
    if data:
        return images.add(session, data, now=now, field=f"{name}_file")
    return None if removed else old


def shown(_view: Any, _context: Any, row: Any, name: str) -> Markup | str:
    """A picture in a page of details."""
    image: Image | None = getattr(row, name)
    if image is None:
        return ""
    address = url_for("hopnps_images.show", sha256=image.sha256)
    return Markup('<img class="picture" src="{}" alt="">').format(address)
