"""A host's base template -> the frame our pages for colleagues wear, our style sheets kept to our part of it.

The host's template has three blocks: `title`, `head` (ours is added to what stands there) and `content`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    get_flashed_messages,
    request,
    url_for,
)
from flask.globals import request_ctx
from markupsafe import Markup

from hopnps import access

PART = ".hopnps"  # the class around our part
CLIENTS = {"hopnps_public", "hopnps_images"}  # who answers a mail sees no host's frame
SHEETS = {path.stem: path for path in (Path(__file__).parent / "static/hopnps").glob("*.css")}
OURS = "hopnps"  # the sheet of all our pages; each other one is a room's
_MOVES = (
    (r"(?m)^(\s*):root\[data-theme=[^\]]*\]\s*\{[^}]*\}", ""),  # a host has its own themes
    (r"color-scheme: light dark;", ""),  # so ours are as the host's page around them
    (r"(?m)^(\s*)(?::root|body)\s*\{", r"\1& {"),
)

# the ground is the host's; many rooms are one line on a phone
_BESIDES = """
& { background: none; }
& > .tabs { margin-bottom: var(--s5); }
@media (max-width: 700px) { & > .tabs { flex-wrap: nowrap; overflow-x: auto; white-space: nowrap; } }
"""

bp = Blueprint("hopnps_frame", __name__, template_folder="templates_worn")
access.guard(bp)


def mount(app: Flask, url_prefix: str) -> None:
    """Before our other rooms: the first template of a name is the one that is found."""
    app.register_blueprint(bp, url_prefix=url_prefix or None)


@bp.get("/hopnps-worn.css", defaults={"name": OURS})
@bp.get("/hopnps-worn-<name>.css")
@access.public
def styles(name: str) -> Response:
    """A style sheet of ours, all of it inside our part of the page."""
    if name not in SHEETS:
        abort(404)
    answer = Response(_kept_to_our_part(name), mimetype="text/css")
    answer.headers["Cache-Control"] = "max-age=3600"
    return answer


def worn() -> bool:
    """Whether this page stands in a host's frame, which then says itself what it may load."""
    framed = current_app.extensions["hopnps"].base_template
    return bool(framed) and request.blueprint not in CLIENTS


def head(ours: Markup) -> Markup:
    """What a page of ours puts in the head, each style sheet kept to our part of the page."""
    place = url_for("hopnps.static", filename="NAME.css")
    wanted = re.escape(place).replace("NAME", r"([a-z-]+)")
    return Markup(re.sub(wanted, lambda found: url_for("hopnps_frame.styles", name=found[1]), ours))  # noqa: S704  (our own markup)


def untold() -> list[tuple[str, str]]:
    """What is to be said above a page of ours; the host's frame does not say it again."""
    said: Any = get_flashed_messages(with_categories=True)
    request_ctx.flashes = []
    return list(said)


@cache
def _kept_to_our_part(name: str) -> str:
    text = SHEETS[name].read_text()
    for pattern, replacement in _MOVES:
        text = re.sub(pattern, replacement, text)
    return f"{PART} {{\n{text}\n{_BESIDES if name == OURS else ''}}}\n"
