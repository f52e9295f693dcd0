"""The room all pages share: our templates and static files."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "hopnps",
    __name__,
    template_folder="../templates",
    static_folder="../static/hopnps",
    static_url_path="/hopnps-static",
)
