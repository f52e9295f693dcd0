"""The mail server -> whether it lets us in, and whether anybody can read along."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from hopnps.checkup.finding import Finding, fault, ok, warning
from hopnps.i18n import gettext as _
from hopnps.mailer import Unreachable

_CHECK = "mail-server"


def look(house: Any) -> Iterator[Finding]:
    """Connect, encrypt and log in as the worker does; nothing is sent."""
    setting = house.setting
    where = f"{setting('MAIL_SERVER')}:{setting('MAIL_PORT')}"
    house.session.rollback()  # nothing of the database is open meanwhile
    try:
        with house.mailer.connect() as line:
            pipelining = line.host.has_extn("pipelining")
    except Unreachable as error:
        yield _refused(where, error)
        return
    yield ok(_CHECK, _("The mail server %(where)s answers.", where=where))
    yield _encryption(setting)
    yield _login(setting)
    if not pipelining:
        yield warning(
            _CHECK,
            _("It does not offer PIPELINING: sending is slower."),
            _("Nothing has to be done; a server such as Postfix offers it."),
        )


def _refused(where: str, error: Unreachable) -> Finding:
    if error.login:
        return fault(
            _CHECK,
            _("The mail server %(where)s refuses our login: %(why)s", where=where, why=error),
            _("Look at MAIL_USERNAME and MAIL_PASSWORD."),
        )
    return fault(
        _CHECK,
        _("The mail server %(where)s cannot be reached: %(why)s", where=where, why=error),
        _("Look at MAIL_SERVER, MAIL_PORT, MAIL_USE_TLS and MAIL_USE_SSL, and at the firewall."),
    )


def _encryption(setting: Any) -> Finding:
    if setting("MAIL_USE_TLS") or setting("MAIL_USE_SSL"):
        return ok(_CHECK, _("The connection is encrypted, and the server's certificate is good."))
    if _is_here(setting("MAIL_SERVER")):
        return ok(_CHECK, _("The connection is not encrypted, and stays on this machine."))
    return warning(
        _CHECK,
        _("The connection is not encrypted: others may read the mails, and the password."),
        _("Set MAIL_USE_TLS=true with port 587, or MAIL_USE_SSL=true with port 465."),
    )


def _login(setting: Any) -> Finding:
    if setting("MAIL_USERNAME") and setting("MAIL_PASSWORD"):
        return ok(_CHECK, _("The login is accepted."))
    return ok(_CHECK, _("It lets us in without a login."))


def _is_here(server: str) -> bool:
    try:
        return server == "localhost" or ipaddress.ip_address(server).is_loopback
    except ValueError:
        return False
