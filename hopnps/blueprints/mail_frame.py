"""A mail's HTML -> an answer for the frame it is previewed in: no script, no form, no outside picture."""

from __future__ import annotations

from flask import Response, current_app

SANDBOX = (
    "{sandbox}; default-src 'none'; img-src 'self' {ours} data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


SHUT, LINKS_OPEN = "sandbox", "sandbox allow-popups allow-popups-to-escape-sandbox"


def framed(html: str, *, sandbox: str = SHUT) -> Response:
    """For an `<iframe sandbox>`: a mail is somebody else's page. LINKS_OPEN lets its links open a tab of their own."""
    answer = Response(html, mimetype="text/html")
    ours = current_app.extensions["hopnps"].links.public_url
    answer.headers["Content-Security-Policy"] = SANDBOX.format(sandbox=sandbox, ours=ours)
    return answer
