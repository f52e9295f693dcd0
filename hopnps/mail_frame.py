"""A mail's HTML -> an answer for the frame it is previewed in: no script, no form, no outside picture."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response

from hopnps import doors

SHUT, LINKS_OPEN = "sandbox", "sandbox allow-popups allow-popups-to-escape-sandbox"
_POLICY = (
    "{sandbox}; default-src 'none'; img-src 'self' {public} data:; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


def framed(html: str, *, status: int = 200, sandbox: str = SHUT) -> Response:
    """For an `<iframe sandbox>`: a mail is somebody else's page. LINKS_OPEN lets its links open a tab of their own."""
    public = urlsplit(doors.house().links.public_url)
    answer = Response(html, status, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POLICY.format(
        sandbox=sandbox, public=f"{public.scheme}://{public.netloc}"
    )
    return answer
