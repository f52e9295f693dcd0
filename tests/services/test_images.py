"""Pictures: what comes in is unpacked with care, what goes out is ours."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image as Pictures

from hopnps.domain.errors import Invalid
from hopnps.models import Image
from hopnps.services import images
from tests.conftest import NOON


def picture(kind="PNG", size=(120, 40), mode="RGB", **options):
    written = BytesIO()
    Pictures.new(mode, size, "#17624a80" if mode == "RGBA" else "#17624a").save(
        written, kind, **options
    )
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode", "kept"),
    [
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/png"),
    ],
)
def test_png_jpeg_and_webp_are_kept_as_what_mails_can_show(session, kind, mode, kept):
    image = images.add(session, picture(kind, mode=mode), now=NOON)

    assert image.content_type == kept
    assert (image.width, image.height) == (120, 40)


def test_what_hides_in_a_picture_does_not_go_out(session):
    exif = Pictures.Exif()
    exif[0x010E] = "taken at 12 rue des Tilleuls"
    image = images.add(session, picture("JPEG", exif=exif) + b"<script>alert(1)</script>", now=NOON)

    assert b"Tilleuls" not in image.data
    assert b"<script>" not in image.data


def test_the_same_picture_is_kept_once(session):
    first = images.add(session, picture(), now=NOON)

    assert images.add(session, picture(), now=NOON) is first
    assert session.query(Image).count() == 1


def test_a_large_picture_is_made_smaller(session):
    image = images.add(session, picture("JPEG", size=(5000, 1000)), now=NOON)

    assert (image.width, image.height) == (2000, 400)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<?xml version="1.0"?><SVG xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"GIF89a" + b"\0" * 40, "PNG, JPEG or WebP"),
        (b"", "PNG, JPEG or WebP"),
        (picture()[:60], "PNG, JPEG or WebP"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "PNG, JPEG or WebP"),
        (b"\0" * (images.LARGEST + 1), "2 MB"),
        (picture(size=(6000, 5000), mode="1"), "too many pixels"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(session, data, reason):
    with pytest.raises(Invalid, match=reason) as refusal:
        images.add(session, data, now=NOON, field="logo")

    assert refusal.value.field == "logo"


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_before_it_does(session):
    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    bomb += chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")

    with pytest.raises(Invalid, match="too many pixels"):
        images.add(session, bomb, now=NOON)


def test_anybody_may_see_a_picture_for_ever(session, client):
    image = images.add(session, picture(), now=NOON)
    session.commit()

    answer = client.get(f"/i/{image.sha256}")

    assert answer.data == image.data
    assert answer.content_type == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(f"/i/{image.sha256}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fetc%2fpasswd", "A" * 64])
def test_an_unknown_picture_is_not_there(client, name):
    assert client.get(f"/i/{name}").status_code == 404


def test_a_picture_whose_notes_are_damaged_is_refused_not_a_fault_of_ours(session):
    notes = Pictures.Exif()
    notes[0x0112], notes[0x010E] = 6, "hello"  # turned by 90 degrees, and a text
    damaged = notes.tobytes().replace(b"\x01\x0e", b"\x01(")  # the text where a number belongs
    picture = BytesIO()
    Pictures.new("RGB", (2, 2)).save(picture, "JPEG", exif=damaged)

    with pytest.raises(Invalid, match="no picture we can read"):
        images.add(session, picture.getvalue(), now=NOON)
