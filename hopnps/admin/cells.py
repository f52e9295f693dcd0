"""A value of a row -> its cell in a list: a category's badge, a score's chip, a link to another row."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from markupsafe import Markup, escape

from hopnps import doors, formats
from hopnps.i18n import gettext as _
from hopnps.services import scopes


def part(name: str, *args: Any) -> Markup:
    """One macro of templates/hopnps/parts.html."""
    parts = current_app.jinja_env.get_template("hopnps/parts.html").module
    return getattr(parts, name)(*args)


def badge(_view: Any, _context: Any, row: Any, name: str) -> Markup:
    return part("badge", getattr(row, name))


def score(_view: Any, _context: Any, row: Any, name: str) -> Markup:
    return part("score_chip", getattr(row, name))


def link(_view: Any, _context: Any, row: Any, name: str) -> Markup | str:
    """The row of another table, as a link to its details; its name alone where who asks may not open it."""
    other = getattr(row, name)
    if other is None:
        return ""
    if scopes.knows(type(other)) and not scopes.sees(other, doors.scope(), doors.session()):
        return str(other)
    url = url_for(f"hopnps_{type(other).__name__.lower()}.details_view", id=other.id)
    return Markup('<a href="{}">{}</a>').format(url, escape(str(other)))


def colour(_view: Any, _context: Any, row: Any, name: str) -> Markup:
    """A colour as a small square of it, then as it is written."""
    written = getattr(row, name)
    square = Markup(
        '<svg class="colour-square" viewBox="0 0 18 18" aria-hidden="true"><rect x=".5" y=".5" width="17" height="17" rx="4" fill="{}"/></svg>'
    ).format(written)
    return Markup("{} {}").format(square, written)


def day(_view: Any, _context: Any, row: Any, name: str) -> str:
    """A moment as its day alone."""
    return formats.day(getattr(row, name))


def happened(_view: Any, _context: Any, row: Any, name: str) -> str:
    """A moment of which perhaps only the day is known."""
    return formats.happened(getattr(row, name))


def attributes(_view: Any, _context: Any, row: Any, name: str) -> Markup:
    """A mapping as lines of name and value."""
    lines = (f"{key}{_(':')} {formats.own(one)}" for key, one in getattr(row, name).items())
    return Markup("<br>").join(lines)
