"""account"""

from __future__ import annotations

from flask import Blueprint

from hopnps import access

bp = Blueprint("hopnps_account", __name__)
access.guard(bp)
