"""An e-mail address as typed -> the one normal form by which it is known, or a plain refusal."""

from __future__ import annotations

import re

from hopnps.domain.errors import N_, Invalid

LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def normalise(email: str) -> str:
    """`" Zoé@Exemple.FR "` -> lower case, no blanks, an accented domain in its ASCII form; '' stays ''.

    Raises Invalid, in words for the person who typed it.
    """
    address = email.strip().lower()
    if not address or (len(address) <= LONGEST and _ADDRESS.fullmatch(address)):
        return address
    return _repaired(address)


def _repaired(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at:
        raise Invalid(N_("There is no @ in this address."), field="email")
    if "@" in local:
        raise Invalid(N_("There are two @ in this address."), field="email")
    if not local.isascii():
        raise Invalid(N_("An accent stands before the @ of this address."), field="email")
    try:
        address = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        address = ""
    if not _ADDRESS.fullmatch(address) or len(address) > LONGEST or len(local) > 64:
        raise Invalid(N_("This is not a valid e-mail address."), field="email")
    return address
