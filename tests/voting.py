"""What a browser does with the page of a score: it sends the form back, with the nonce that stands in it."""

from __future__ import annotations

import re


def send(client, link, score, **typed):
    """Open the page behind a score, as a client would, and press its button."""
    page = client.get(f"{link}/{score}")
    assert page.status_code == 200
    return client.post(link, data={"nonce": nonce_in(page.text), "score": str(score)} | typed)


def nonce_in(page):
    return re.search(r'name="nonce" value="([^"]+)"', page)[1]
