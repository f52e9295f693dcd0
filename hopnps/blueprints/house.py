"""The room all pages share: our templates and static files, the front door, the theme."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from hopnps import access, pages
from hopnps.menu import menu

bp = Blueprint(
    "hopnps",
    __name__,
    template_folder="../templates",
    static_folder="../static/hopnps",
    static_url_path="/hopnps-static",
)
access.guard(bp)
YEAR = 365 * 24 * 3600


@bp.get("/")
@access.opened_to(access.STAFF)
def home() -> ResponseReturnValue:
    """The front door leads to the first room that stands."""
    rooms = [line.url for _group, lines in menu() for line in lines]
    return redirect(rooms[0]) if rooms else abort(404)


@bp.post("/theme")
@access.public
def choose_theme() -> ResponseReturnValue:
    """Light, dark or the system's, kept in this browser."""
    answer = redirect(pages.way_back())
    chosen = request.form.get("theme", "")
    if chosen in pages.THEMES:
        answer.set_cookie(
            pages.THEME_COOKIE,
            chosen,
            max_age=YEAR,
            httponly=True,
            secure=request.is_secure,
            samesite="Lax",
        )
    return answer
