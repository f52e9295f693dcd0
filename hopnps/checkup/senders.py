"""The addresses that our mails come from -> what their domains tell the receiving servers about us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from hopnps.checkup.finding import Finding, fault, ok, warning
from hopnps.checkup.names import Names, Silent
from hopnps.checkup.signature import tags_of
from hopnps.domain import mime
from hopnps.domain.errors import Invalid
from hopnps.i18n import gettext as _
from hopnps.models import Brand, Survey

MOST_DOMAINS = 5
INVENTED = re.compile(
    r"(?:^|\.)(?:localhost|localdomain|local|test|invalid|example|example\.(?:org|com|net))$"
)
_CHECK = "sender"


def look(house: Any, names: Names) -> Iterator[Finding]:
    """SPF and DMARC of each domain that we write from."""
    domains = sorted(_domains(house))
    for domain in domains[:MOST_DOMAINS]:
        if INVENTED.search(domain):
            yield fault(
                _CHECK,
                _("Mails come from %(domain)s, where nobody can be.", domain=domain),
                _(
                    "Set MAIL_DEFAULT_SENDER, or the brand's sender, to an address of your own domain."
                ),
            )
            if domain.endswith(("localdomain", "localhost")):
                continue
        try:
            yield from _records(house, names, domain)
        except Silent:
            yield warning(
                _CHECK,
                _(
                    "SPF and DMARC of %(domain)s: no name server could be asked.",
                    domain=domain,
                ),
                _(
                    "Run this on a machine that reaches a name server, or name one with --nameserver."
                ),
            )


def _domains(house: Any) -> set[str]:
    given = [house.setting("MAIL_DEFAULT_SENDER")]
    for table in (Brand, Survey):
        given += house.session.scalars(sa.select(table.sender).where(table.sender != "").distinct())
    house.session.rollback()
    return {domain for sender in given if (domain := _domain_of(sender))}


def _domain_of(sender: str) -> str:
    try:
        return mime.sender_of(sender)[1].rpartition("@")[2]
    except Invalid:
        return ""


def _records(house: Any, names: Names, domain: str) -> Iterator[Finding]:
    returns_to = house.setting("HOPNPS_BOUNCE_ADDRESS").rpartition("@")[2]
    yield _spf(names, returns_to or domain)
    yield _dmarc(names, domain)
    if returns_to and not _related(returns_to, domain):
        yield warning(
            _CHECK,
            _(
                "Bounces return to %(other)s, mails come from %(domain)s: SPF does not count for DMARC.",
                other=returns_to,
                domain=domain,
            ),
            _("Take a HOPNPS_BOUNCE_ADDRESS in %(domain)s, or sign with DKIM.", domain=domain),
        )


def _spf(names: Names, domain: str) -> Finding:
    found = [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return warning(
            _CHECK,
            _(
                "%(domain)s has no SPF record: it does not say which servers write for it.",
                domain=domain,
            ),
            _(
                "Add a TXT record at %(domain)s, such as: v=spf1 mx include:YOUR-PROVIDER -all",
                domain=domain,
            ),
        )
    if len(found) > 1:
        return fault(
            _CHECK,
            _(
                "%(domain)s has %(count)s SPF records: none of them counts.",
                domain=domain,
                count=len(found),
            ),
            _("Make one of them, and delete the others."),
        )
    if re.search(r"(?:^|\s)\+?all\b", found[0].lower()):
        return fault(
            _CHECK,
            _("The SPF record of %(domain)s lets everybody write for it.", domain=domain),
            _("End it with -all or ~all instead of +all."),
        )
    return ok(
        _CHECK, _("%(domain)s has an SPF record: %(record)s", domain=domain, record=found[0][:200])
    )


def _dmarc(names: Names, domain: str) -> Finding:
    """Of the domain, else of one above it."""
    labels = domain.split(".")
    above = [".".join(labels[number:]) for number in range(max(1, len(labels) - 1))]
    for name in above[:4]:
        for text in names.texts(f"_dmarc.{name}"):
            tags = tags_of(text)
            if tags.get("v", "").upper() == "DMARC1":
                return ok(
                    _CHECK,
                    _("%(domain)s has a DMARC record: %(record)s", domain=name, record=text[:200]),
                )
    return warning(
        _CHECK,
        _("%(domain)s has no DMARC record: large providers want one.", domain=domain),
        _(
            "Add a TXT record at _dmarc.%(domain)s, to begin with: %(record)s",
            domain=domain,
            record=f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
        ),
    )


def _related(one: str, other: str) -> bool:
    """The same, or one within the other, as far as one can tell without a list of suffixes."""
    return one == other or one.endswith("." + other) or other.endswith("." + one)
