"""A host's contacts who changed -> ours, slice by slice, each slice and the moment it reaches in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from hopnps.services import contact_sources
from hopnps.services.contact_sources import Spool

SLICE = 1_000  # contacts
log = logging.getLogger(__name__)


class ContactSource(Protocol):
    """What a host gives us to read its contacts from."""

    name: str

    def changed_since(self, moment: datetime | None) -> Iterable[Mapping[str, Any]]:
        """Everybody who changed at that moment or later, None for all, the longest ago first; keys are those of
        `nps.upsert_contact`, and `changed_at`, an aware moment. A reading that was cut goes on where the last
        kept `changed_at` stood; without that key it begins anew."""
        ...


def read_contacts(turn: Any) -> bool:
    """One step of the clock: read the source when it is due. True if it held anybody new.

    All is read before anything is written: the host's cursor and our transactions do not meet.
    """
    house, now = turn.house, turn.clock()
    source = house.contact_source
    if source is None or (house.contacts_read_at and now < _due(house)):
        return False
    house.contacts_read_at = now
    known = contact_sources.read_until(turn.session, source.name)
    with Spool() as spool:
        for told in source.changed_since(known):
            spool.add(told)
        turn.session.rollback()  # the host's reading is over
        for lines in spool.slices(SLICE):
            if turn.stopping():
                return True
            _keep(turn, source.name, lines)
        contact_sources.note_whole(turn.session, source.name, begun=now)
        turn.session.commit()
        return False


def _keep(turn: Any, name: str, lines: list[dict[str, Any]]) -> None:
    report = contact_sources.keep(
        turn.session, name, lines, now=turn.clock(), timezone=turn.house.timezone
    )
    turn.session.commit()
    for fault in report.faults[:5]:
        log.warning("a contact of %s was left out: %s", name, fault.message)  # no values: addresses


def _due(house: Any) -> datetime:
    return house.contacts_read_at + timedelta(seconds=house.setting("HOPNPS_CONTACT_SECONDS"))
