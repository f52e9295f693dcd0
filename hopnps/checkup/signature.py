"""A mail as it would leave -> whether its DKIM signature holds, judged by the key that its domain publishes."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes

from hopnps.checkup.finding import Finding, fault, ok, warning
from hopnps.checkup.names import Names, Silent
from hopnps.i18n import gettext as _

_CHECK = "signature"


def look(content: bytes, names: Names) -> Iterator[Finding]:
    """Do what a receiving server does with it."""
    header = message_from_bytes(content).get("DKIM-Signature")
    if header is None:
        yield warning(
            _CHECK,
            _("Mails are not signed here (DKIM)."),
            _("Set HOPNPS_DKIM_KEY and HOPNPS_DKIM_SELECTOR, or let your mail server sign them."),
        )
        return
    tags = tags_of("".join(str(header).split()))
    where = f"{tags.get('s', '')}._domainkey.{tags.get('d', '')}"
    try:
        yield _judged(content, where, names.texts(where))
    except Silent:
        yield warning(
            _CHECK,
            _(
                "Mails are signed; no name server could be asked for the key at %(where)s.",
                where=where,
            ),
            _("Run this on a machine that reaches a name server, or name one with --nameserver."),
        )


def tags_of(text: str) -> dict[str, str]:
    """`v=DKIM1; p=abc` -> its parts."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}


def _judged(content: bytes, where: str, published: list[str]) -> Finding:
    import dkim  # it is there where mails are signed

    keys = [text for text in published if tags_of(text).get("p")]
    if not keys:
        return fault(
            _CHECK,
            _("There is no DKIM key at %(where)s: signed mails will be refused.", where=where),
            _(
                "Publish the public key there as a TXT record: %(record)s",
                record="v=DKIM1; k=rsa; p=...",
            ),
        )
    if any(_holds(dkim, content, key) for key in keys):
        return ok(_CHECK, _("Mails are signed, and the key at %(where)s says so.", where=where))
    return fault(
        _CHECK,
        _("The DKIM key at %(where)s is another one: signed mails will be refused.", where=where),
        _("Publish the public key of HOPNPS_DKIM_KEY there, or sign with the key of that record."),
    )


def _holds(dkim: object, content: bytes, key: str) -> bool:
    try:
        return dkim.verify(content, dnsfunc=lambda _name, timeout=5: key.encode())  # type: ignore[attr-defined]
    except Exception:  # a published key that nobody can read
        return False
