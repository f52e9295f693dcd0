"""An order or ticket as typed on a screen -> one row of its client."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Invalid, Refused
from hopnps.domain.interaction_csv import kind_of
from hopnps.models import Contact, Interaction, Invitation


def save(
    session: Session,
    interaction: Interaction | None,
    *,
    client: str,
    kind: str,
    reference: str,
    occurred_at: datetime | None,
    source: str = "",
    store_id: int | None = None,
    agent: str = "",
    data: dict[str, Any] | None = None,
    now: datetime,
) -> Interaction:
    """A new one (None) or a changed one; `client` is an e-mail address or a client number, occurred_at aware.

    `kind` is a word as an import would read it: `Commande` is an order.
    Raises Invalid for an unknown or doubtful client, a missing date, and a reference that is taken.
    """
    interaction = interaction or Interaction(created_at=now)
    kind = kind_of(kind) if kind.strip() else ""
    with session.no_autoflush:
        contact = _client(session, interaction, client)
        _check(session, interaction, source.strip(), kind, reference.strip())
    if occurred_at is None:
        raise Invalid(N_("A date is needed here."), field="occurred_at")
    interaction.contact, interaction.store_id = contact, store_id
    interaction.source, interaction.kind = source.strip(), kind
    interaction.reference, interaction.occurred_at = reference.strip(), occurred_at
    interaction.agent, interaction.data = agent.strip(), data or {}
    session.add(interaction)
    session.flush()
    return interaction


def remove(session: Session, interaction: Interaction) -> None:
    """Raises Refused as `check_removal` does."""
    check_removal(session, interaction)
    session.delete(interaction)


def check_removal(session: Session, interaction: Interaction) -> None:
    """Raises Refused for one that a survey asked about."""
    asked = sa.select(Invitation.id).where(Invitation.interaction_id == interaction.id).limit(1)
    if session.scalar(asked) is not None:
        raise Refused(
            N_("%(reference)s stays: a survey was sent about it."), reference=interaction.reference
        )


def _client(session: Session, interaction: Interaction, client: str) -> Contact:
    wanted = client.strip()
    if not wanted:
        raise Invalid(N_("Name the client by e-mail address or client number."), field="client")
    known = interaction.contact if interaction.id else None
    if known and wanted in (known.email, known.external_id):
        return known
    named = sa.or_(Contact.address == wanted.lower(), Contact.external_id == wanted)
    found = session.scalars(sa.select(Contact).where(named).limit(2)).all()
    if not found:
        raise Invalid(N_("No contact has this address or client number."), field="client")
    if len(found) > 1:
        raise Invalid(
            N_("Several contacts have this address; give the client number."), field="client"
        )
    return found[0]


def _check(
    session: Session, interaction: Interaction, source: str, kind: str, reference: str
) -> None:
    for field, value in (("kind", kind), ("reference", reference)):
        if not value:
            raise Invalid(N_("This field is needed."), field=field)
    same = sa.select(Interaction.id).filter_by(source=source, kind=kind, reference=reference)
    if session.scalar(same.where(Interaction.id != (interaction.id or 0))) is not None:
        raise Invalid(N_("This reference is already here."), field="reference")
