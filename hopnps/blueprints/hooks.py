"""What a mail provider posts -> rows: a bounce or complaint as the mail itself, or in a few fields of JSON.

The door is closed unless HOPNPS_BOUNCE_HOOK_KEY is set. Who knocks shows it as a bearer token or as a password.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from hopnps import access, doors
from hopnps.domain import bounce_report
from hopnps.domain.bounce_report import Verdict
from hopnps.services import bounces

bp = Blueprint("hopnps_hooks", __name__)
access.guard(bp)
access.exempt_from_csrf(bp)
LARGEST = 1024**2  # bytes; a mail's first quarter of it is read
_FIELDS = ("class", "status", "reason", "address", "return_path", "message_id")


@bp.post("/hooks/bounces")
@access.public
def bounce() -> ResponseReturnValue:
    """Keep what came back, and answer what became of it."""
    key = doors.house().setting("HOPNPS_BOUNCE_HOOK_KEY")
    if not key:
        abort(404)
    if not _shows(key):
        return jsonify(error="unauthorised"), 401, {"WWW-Authenticate": "Bearer"}
    verdict = _verdict()
    if verdict is None:
        return jsonify(error="a message, or at least class, or status and reason, is missing"), 400
    fate = bounces.record(doors.session(), verdict, keys=doors.house().links.keys, now=doors.now())
    doors.session().commit()
    return jsonify(result=fate.value, **{"class": verdict.kind.value}, status=verdict.status)


@bp.before_request
def bound_body() -> None:
    """A host may take large uploads, this door does not."""
    request.max_content_length = LARGEST


def _shows(key: str) -> bool:
    """Whether the caller knows the key; how long the answer takes tells nothing of it."""
    shown = request.authorization
    word = (shown.token or shown.password or "") if shown else ""
    return hmac.compare_digest(word.encode(), key.encode())


def _verdict() -> Verdict | None:
    """None if nothing stands there that could be judged."""
    if not request.is_json:
        raw = request.get_data()
        return bounce_report.read(raw) if raw.strip() else None
    told: Any = request.get_json(silent=True)
    if not isinstance(told, dict):
        return None
    message = told.get("message")
    if isinstance(message, str) and message.strip():
        return bounce_report.read(message.encode("utf-8", "replace"))
    kind, status, reason, *whose = (str(told.get(name) or "") for name in _FIELDS)
    if not (kind or status or reason):
        return None
    return bounce_report.judged(kind, status, reason, *whose)
