"""An installation -> what is in order, what is doubtful, what is wrong, each with what to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from hopnps.checkup.finding import Finding, Level, fault
from hopnps.checkup.names import Names
from hopnps.i18n import gettext as _

__all__ = ["Finding", "Level", "Names", "examine"]


def examine(house: Any, names: Names, *, now: datetime) -> Iterator[Finding]:
    """Look at everything, one after the other; what cannot be looked at is a finding too.

    Needs an application context; nothing is written, no mail leaves.
    """
    from hopnps.checkup import bounces, database, mail_server, pages, sample, senders, workers

    looks: dict[str, Callable[[], Iterator[Finding]]] = {
        "database": lambda: database.look(house),
        "mail-server": lambda: mail_server.look(house),
        "sender": lambda: senders.look(house, names),
        "public-address": lambda: pages.look(house),
        "unsubscribe": lambda: sample.look(house, names, now=now),
        "workers": lambda: workers.look(house, now=now),
        "bounces": lambda: bounces.look(house, names),
    }
    for check, look in looks.items():
        try:
            yield from look()
        except Exception as error:
            house.session.rollback()
            said = str(
                getattr(error, "orig", None) or error
            )  # a database's words, not our statement
            words = house.mailer.without_password(" ".join(said.split())[:300])
            yield fault(
                check,
                _("This could not be looked at: %(why)s", why=words or type(error).__name__),
                _("Mend what is wrong above first, then ask again."),
            )
