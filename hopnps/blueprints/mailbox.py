"""The demo's local mailbox as pages: each mail as HTML, text and source. Mounted in the demo only.

Open without login: it stands for the clients' own mail programs, on the newcomer's own machine.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from hopnps import access, numbers
from hopnps.demo.letters import Letter, Letterbox, html_of, plain_of
from hopnps.mail_frame import LINKS_OPEN, framed

bp = Blueprint("hopnps_mailbox", __name__)
access.guard(bp)

PAGE = 50
FOLDER = "mailbox"


@bp.get("/mailbox")
@access.public
def index() -> ResponseReturnValue:
    """The mails, the newest first."""
    page = numbers.page()
    box = _letterbox()
    return render_template(
        "hopnps/mailbox/list.html",
        letters=box.latest(PAGE, skip=PAGE * (page - 1)),
        total=box.count(),
        page=page,
        pages=max(1, -(-box.count() // PAGE)),
    )


@bp.get("/mailbox/<name>")
@access.public
def show(name: str) -> ResponseReturnValue:
    """One mail as its reader sees it."""
    letter, source = _found(name)
    return render_template("hopnps/mailbox/show.html", letter=letter, has_html=html_of(source))


@bp.get("/mailbox/<name>/text")
@access.public
def text(name: str) -> ResponseReturnValue:
    """The part for readers without HTML."""
    letter, source = _found(name)
    return render_template("hopnps/mailbox/text.html", letter=letter, text=plain_of(source))


@bp.get("/mailbox/<name>/source")
@access.public
def source(name: str) -> ResponseReturnValue:
    """The mail as it came over the wire, headers and all."""
    letter, source = _found(name)
    shown = source.decode("utf-8", "replace")
    return render_template("hopnps/mailbox/text.html", letter=letter, text=shown, is_source=True)


@bp.get("/mailbox/<name>/html")
@access.public
def html(name: str) -> ResponseReturnValue:
    """The mail's own HTML, for the frame on its page."""
    return framed(html_of(_found(name)[1]), sandbox=LINKS_OPEN)


def _found(name: str) -> tuple[Letter, bytes]:
    box = _letterbox()
    letter, source = box.letter(name), box.source(name)
    if letter is None or source is None:
        abort(404)
    return letter, source


def _letterbox() -> Letterbox:
    return Letterbox(Path(current_app.config["HOPNPS_INSTANCE"]) / FOLDER)
