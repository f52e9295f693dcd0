"""A question to the name servers -> their answer, at once or not at all."""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.name
import dns.resolver

SECONDS = 3.0  # for one question; after the first one without an answer nothing more is asked


class Silent(Exception):
    """No name server answered: nothing is known."""


class Names:
    """Asks the machine's name server, or `server` ("192.0.2.53" or "127.0.0.1:5353")."""

    def __init__(self, server: str = "") -> None:
        self._silent = False
        try:
            self._resolver = dns.resolver.Resolver(configure=not server)
        except dns.exception.DNSException:  # the machine names none
            self._resolver, self._silent = dns.resolver.Resolver(configure=False), True
        if server:
            host, _, port = server.partition(":")
            self._resolver.nameservers = [host]
            self._resolver.port = int(port or 53)
        self._resolver.lifetime = self._resolver.timeout = SECONDS

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, none if there are none. Raises Silent."""
        return [
            b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")
        ]

    def takes_mail(self, name: str) -> bool:
        """Whether mail for this domain has somewhere to go. Raises Silent."""
        servers = [str(record.exchange) for record in self._ask(name, "MX")]
        if servers:
            return servers != ["."]
        return bool(self._ask(name, "A") or self._ask(name, "AAAA"))

    def _ask(self, name: str, kind: str) -> list[Any]:
        if self._silent:
            raise Silent
        try:
            return list(self._resolver.resolve(f"{name}.", kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong):
            return []
        except (dns.exception.DNSException, OSError):
            self._silent = True
            raise Silent from None
