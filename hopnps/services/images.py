"""A picture somebody gave us -> one we encoded ourselves, known by its hash; anything else is refused with its reason."""

from __future__ import annotations

import hashlib
import struct
import warnings
from datetime import datetime
from io import BytesIO

import sqlalchemy as sa
from PIL import Image as Pictures
from PIL import ImageOps
from sqlalchemy.orm import Session, undefer

from hopnps.domain.errors import N_, Invalid, NotFound
from hopnps.models import Image

LARGEST = 2 * 1024 * 1024  # bytes, as uploaded
MOST_PIXELS = 24_000_000  # more would take hundreds of megabytes to unpack
LONGEST_SIDE = 2_000  # pixels, as kept
_FORMATS = ("PNG", "JPEG", "WEBP")
_TRANSPARENT = ("RGBA", "LA", "PA")


def add(session: Session, data: bytes, *, now: datetime, field: str = "image") -> Image:
    """Keep a PNG, JPEG or WebP, re-encoded without anything that was hidden in it; the same picture is kept once.

    Mail programs do not all know WebP, so it becomes PNG where it is transparent and JPEG elsewhere.
    Raises Invalid at `field`.
    """
    encoded, content_type, (width, height) = encode(data, field=field)
    sha256 = hashlib.sha256(encoded).hexdigest()
    known = session.scalar(sa.select(Image).filter_by(sha256=sha256))
    if known:
        return known
    image = Image(
        sha256=sha256,
        content_type=content_type,
        data=encoded,
        width=width,
        height=height,
        created_at=now,
    )
    session.add(image)
    session.flush()
    return image


def encode(data: bytes, *, field: str = "image") -> tuple[bytes, str, tuple[int, int]]:
    """The same picture made anew, its content type and its size in pixels; nothing is kept. Raises Invalid at `field`."""
    try:
        return _encoded(*_opened(data))
    except Invalid as fault:
        fault.field = field
        raise


def known(session: Session, sha256: str) -> Image | None:
    """The picture with this hash without its bytes, if we have it."""
    return session.scalar(sa.select(Image).filter_by(sha256=sha256)) if sha256 else None


def find(session: Session, sha256: str) -> Image:
    """The picture with this hash, its bytes loaded. Raises NotFound."""
    wanted = sa.select(Image).filter_by(sha256=sha256).options(undefer(Image.data))
    image = session.scalar(wanted)
    if image is None:
        raise NotFound(N_("There is no such picture."))
    return image


def _opened(data: bytes) -> tuple[Pictures.Image, str]:
    """The picture, unpacked, and its format; its size is known, and refused, before it is."""
    if b"<svg" in data[:4096].lower():
        raise Invalid(
            N_("SVG pictures can carry programs and do not show in mails. Save it as PNG.")
        )
    if len(data) > LARGEST:
        raise Invalid(N_("This picture is larger than 2 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pictures.DecompressionBombWarning)
            picture = Pictures.open(BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(N_("This picture has too many pixels: 24 million at most."))
            picture.load()
            return ImageOps.exif_transpose(picture), picture.format or ""
    except Pictures.DecompressionBombError as fault:
        raise Invalid(N_("This picture has too many pixels: 24 million at most.")) from fault
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        TypeError,
        struct.error,
    ) as fault:
        raise Invalid(N_("This is no picture we can read: PNG, JPEG or WebP.")) from fault


def _encoded(picture: Pictures.Image, given: str) -> tuple[bytes, str, tuple[int, int]]:
    transparent = picture.mode in _TRANSPARENT or "transparency" in picture.info
    kind = "PNG" if transparent or given == "PNG" else "JPEG"
    clean = picture.convert("RGBA" if transparent else "RGB")
    clean.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Pictures.new(clean.mode, clean.size)
    bare.paste(clean)  # pixels only: no place, camera, comment or profile goes out
    written = BytesIO()
    bare.save(written, kind, optimize=True, **({"quality": 85} if kind == "JPEG" else {}))
    return written.getvalue(), f"image/{kind.lower()}", bare.size
