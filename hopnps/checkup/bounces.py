"""The ways by which bounces reach us -> whether any is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hopnps.bounce_mailbox import Box
from hopnps.checkup.finding import Finding, fault, ok, warning
from hopnps.checkup.names import Names, Silent
from hopnps.i18n import gettext as _

_CHECK = "bounces"


def look(house: Any, names: Names) -> Iterator[Finding]:
    """Whether each mail has its own return address, and somebody reads what arrives there."""
    yield from _address(house.setting("HOPNPS_BOUNCE_ADDRESS"), names)
    box = Box.of(house.setting)
    if box.server:
        house.session.rollback()
        yield _mailbox(box)
    elif house.setting("HOPNPS_BOUNCE_HOOK_KEY"):
        yield ok(_CHECK, _("Bounces are handed in at /hooks/bounces."))
    else:
        yield warning(
            _CHECK,
            _("Nobody reads what comes back: dead addresses are written to again."),
            _("Set HOPNPS_BOUNCE_IMAP_SERVER and its login, or HOPNPS_BOUNCE_HOOK_KEY."),
        )


def _address(address: str, names: Names) -> Iterator[Finding]:
    if not address:
        yield warning(
            _CHECK,
            _("Bounces return to the sender of the mails."),
            _("Set HOPNPS_BOUNCE_ADDRESS to a mailbox of their own that accepts name+anything."),
        )
        return
    domain = address.rpartition("@")[2]
    with suppress(Silent):
        if not names.takes_mail(domain):
            yield fault(
                _CHECK,
                _("No server receives mail for %(domain)s: bounces are lost.", domain=domain),
                _(
                    "Add an MX record at %(domain)s, or take another HOPNPS_BOUNCE_ADDRESS.",
                    domain=domain,
                ),
            )
            return
    yield ok(_CHECK, _("Bounces return to %(address)s, signed for each mail.", address=address))


def _mailbox(box: Box) -> Finding:
    where = f"{box.server}:{box.port}"
    try:
        opened = box.open()
        with suppress(Exception):
            opened.logout()
    except Exception as error:  # imaplib alone has a dozen of its own
        return fault(
            _CHECK,
            _(
                "The bounces' mailbox at %(where)s cannot be read: %(why)s",
                where=where,
                why=box.words_of(error),
            ),
            _("Look at the settings that begin with HOPNPS_BOUNCE_IMAP."),
        )
    return ok(_CHECK, _("The bounces' mailbox at %(where)s can be read.", where=where))
