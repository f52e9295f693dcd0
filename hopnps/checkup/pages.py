"""The address at which clients reach us -> whether our pages answer there."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from hopnps.checkup.finding import Finding, fault, ok
from hopnps.i18n import gettext as _

SECONDS = 5.0
NOBODYS = "/u/0-doctor"  # a link that opens nothing: our page says so with 404
_CHECK = "public-address"


def look(house: Any) -> Iterator[Finding]:
    """Open a link that opens nothing, as a client's browser would."""
    url = house.links.public_url
    if urlsplit(url).scheme == "https":
        yield ok(_CHECK, _("Links in mails begin with %(url)s.", url=url))
    else:
        yield fault(
            _CHECK,
            _("Links in mails begin with %(url)s, which is not https.", url=url),
            _("Set HOPNPS_PUBLIC_URL to the https address at which clients reach this house."),
        )
    house.session.rollback()  # the answer may come from this very database
    why = _trouble(url + NOBODYS)
    if not why:
        yield ok(_CHECK, _("Our pages answer there."))
    else:
        yield fault(
            _CHECK,
            _("Our pages do not answer at %(url)s: %(why)s", url=url, why=why),
            _("Start hopnps serve, and look at the proxy, the certificate and the firewall."),
        )


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """An answer from elsewhere is none of ours."""


def _trouble(url: str) -> str:
    request = Request(url, headers={"User-Agent": "hopnps-doctor"})  # noqa: S310  http(s), from the settings
    try:
        build_opener(_Stay).open(request, timeout=SECONDS).close()
    except HTTPError as answer:
        with answer:
            ours = answer.code == 404 and answer.headers.get("X-Robots-Tag") == "noindex"
            return "" if ours else f"HTTP {answer.code}"
    except URLError as error:
        return _words(error.reason)
    except (OSError, ValueError) as error:
        return _words(error)
    return _("somebody else's page stands there")


def _words(error: object) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "strerror", None) or str(error)
