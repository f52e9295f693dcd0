"""The picture fields of a form -> the picture to keep: the new one, the old one, or none; or how it would look."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from hopnps.domain.errors import Invalid
from hopnps.forms.pictures import uploaded
from hopnps.models import Image
from hopnps.services import images


def taken(
    session: Session, values: dict[str, Any], name: str, old: Image | None, *, now: datetime
) -> Image | None:
    """What is to be kept: the new file, the picture of the form, else the old one; none only where that was ticked.

    Raises Invalid at the file's field.
    """
    data = uploaded(values[f"{name}_file"], images.LARGEST)
    if data:
        return images.add(session, data, now=now, field=f"{name}_file")
    if values[f"remove_{name}"]:
        return None
    return images.known(session, values[name]) or old


def keep_uploads(session: Session, form: Any, *, now: datetime) -> None:
    """A browser sends a file once: when another field is refused, the good pictures stay in the form."""
    for bound in form:
        name = bound.name.removesuffix("_file")
        if name == bound.name or bound.errors:
            continue
        data = uploaded(bound.data, images.LARGEST)
        if data:
            form[name].data = images.add(session, data, now=now).sha256
    session.commit()


def tried(values: dict[str, Any], name: str) -> str:
    """The picture as a page would show it, nothing being kept: a hash, or itself as `data:`; '' for none."""
    data = uploaded(values[f"{name}_file"], images.LARGEST)
    if not data:
        return "" if values[f"remove_{name}"] else values[name] or ""
    try:
        encoded, content_type, _size = images.encode(data)
    except Invalid:
        return values[name] or ""
    return f"data:{content_type};base64,{b64encode(encoded).decode()}"


def shown(_view: Any, _context: Any, row: Any, name: str) -> Markup | str:
    """A picture in a page of details."""
    image: Image | None = getattr(row, name)
    if image is None:
        return ""
    address = url_for("hopnps_images.show", sha256=image.sha256)
    return Markup('<img class="picture" src="{}" alt="">').format(address)
