"""The HTML of a mail -> the same with a link at its top that no person meets: who opens it opens everything."""

from __future__ import annotations

import re

NAME = "links.honeypot"
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_LINK = (
    f'<a href="{{{{ {NAME} }}}}" aria-hidden="true" tabindex="-1" '
    'style="display:none;mso-hide:all;font-size:0;line-height:0;max-height:0;overflow:hidden;"></a>'
)


def placed(html: str) -> str:
    """Hidden from eyes, keyboards and screen readers; HTML without a body stays as it is."""
    return _BODY.sub(lambda body: body[0] + _LINK, html, count=1)
