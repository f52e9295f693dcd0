"""A mail's HTML -> an answer for the frame it is previewed in: no script, no form, no outside picture."""

from __future__ import annotations

from flask import Response, current_app

SANDBOX = (
    "sandbox; default-src 'none'; img-src 'self' {ours} data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


def framed(html: str) -> Response:
    """For an `<iframe sandbox>`: a mail is somebody else's page."""
    answer = Response(html, mimetype="text/html")
    ours = current_app.extensions["hopnps"].links.public_url
    answer.headers["Content-Security-Policy"] = SANDBOX.format(ours=ours)
    return answer
