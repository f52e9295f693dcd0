"""/i/<sha256>: the logos and backgrounds of mails and public pages, for everybody and for ever."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from hopnps import access, doors
from hopnps.domain.errors import NotFound
from hopnps.services import images

bp = Blueprint("hopnps_images", __name__)
access.guard(bp)

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",  # mails are read in other people's pages
}


@bp.get("/i/<sha256>")
@access.public
def show(sha256: str) -> ResponseReturnValue:
    """The picture itself; its address is its hash, so it never changes."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        abort(404)
    try:
        image = images.find(doors.session(), sha256)
    except NotFound:
        abort(404)
    answer = Response(image.data, content_type=image.content_type, headers=HEADERS)
    answer.set_etag(sha256)
    return answer.make_conditional(request)
