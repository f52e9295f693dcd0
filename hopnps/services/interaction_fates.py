"""Staged lines + the interactions and contacts there are -> whose each line is, and what becomes of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Contact, Interaction
from hopnps.services.import_preview import Fate
from hopnps.services.set_merge import (
    BLANK,
    contacts_at,
    in_bytes,
    insert_lines,
    part_twins,
    says_other_json,
    says_other_store,
    says_other_text,
)
from hopnps.services.staging import count_values

contact: Any = Contact.__table__
interaction: Any = Interaction.__table__

# why a line is at fault, or what else it does; services.interaction_import has the words
SHARED, SHARED_ID, UNKNOWN, UNCLEAR = "shared", "shared_id", "unknown", "unclear"
NEW_CONTACT = "new_contact"


def line_up(session: Session, staged: sa.Table, lined: sa.Table) -> None:
    """Find each line's interaction, contact and fate, in the order of the interactions' index."""
    insert_lines(session, lined, _known(staged, session))
    _refuse_unclear(session, lined)
    count_values(session, lined, "fate")
    told = [column.name for column in staged.columns if column.name != "line"]
    part_twins(session, lined, _identity, told)


def contact_source(lines: sa.Table) -> Any:
    """Whose external ids the line speaks of: the contact's source if it says one, else its own."""
    return sa.func.coalesce(sa.func.nullif(lines.c.contact_source, BLANK), lines.c.source)


def _known(staged: sa.Table, session: Session) -> sa.Select[Any]:
    """By external id in its source, else the only one of this id in any source, else the only one at the address."""
    exact = contact.alias("exact")
    any_ = _contacts_of_ids(staged)
    at = contacts_at(sa.select(staged.c.address).where(staged.c.address != BLANK))
    found = sa.func.coalesce(
        exact.c.id,
        sa.case((any_.c.bearers == 1, any_.c.contact_id)),
        sa.case((at.c.bearers == 1, at.c.contact_id)),
    )
    reason = sa.case(
        (exact.c.id.is_not(None), None),
        (any_.c.bearers > 1, SHARED_ID),
        (any_.c.bearers == 1, None),
        (at.c.bearers > 1, SHARED),
        (at.c.bearers == 1, None),
        (staged.c.address == BLANK, UNKNOWN),
        else_=NEW_CONTACT,
    )
    return (
        sa.select(
            *staged.c,
            interaction.c.id.label("interaction_id"),
            found.label("contact_id"),
            sa.func.coalesce(any_.c.bearers, at.c.bearers).label("bearers"),
            _fate(staged, found, reason, session).label("fate"),
            reason.label("reason"),
        )
        .select_from(_beside(staged, exact, any_, at))
        .order_by(in_bytes(staged.c.reference, session), staged.c.source, staged.c.kind)
    )


def _beside(staged: sa.Table, exact: Any, any_: Any, at: Any) -> sa.FromClause:
    """Each line with the contacts it may mean, and with itself where it came before."""
    pairs = zip(_identity(interaction), _identity(staged), strict=True)
    same = [known == given for known, given in pairs]
    named = sa.and_(
        staged.c.external_id != BLANK,
        exact.c.external_id == staged.c.external_id,
        exact.c.source == contact_source(staged),
    )
    somewhere = sa.and_(
        any_.c.external_id == staged.c.external_id, staged.c.contact_source == BLANK
    )
    return (
        staged.outerjoin(exact, named)
        .outerjoin(any_, somewhere)
        .outerjoin(at, at.c.address == staged.c.address)
        .outerjoin(interaction, sa.and_(*same))
    )


def _identity(lines: Any) -> list[Any]:
    return [lines.c.source, lines.c.kind, lines.c.reference]


def _contacts_of_ids(staged: sa.Table) -> sa.Subquery:
    """External id -> how many contacts bear it, whatever their source, and one of them."""
    asked = sa.select(staged.c.external_id).where(staged.c.external_id != BLANK)
    return (
        sa.select(
            contact.c.external_id,
            sa.func.count().label("bearers"),
            sa.func.min(contact.c.id).label("contact_id"),
        )
        .where(contact.c.external_id.in_(asked))
        .group_by(contact.c.external_id)
        .subquery("of_id")
    )


def _fate(staged: sa.Table, found: Any, reason: Any, session: Session) -> Any:
    says_other = [
        staged.c.occurred_at != interaction.c.occurred_at,
        sa.func.coalesce(found, 0) != interaction.c.contact_id,
        *says_other_text(staged, interaction, ("agent",)),
        *says_other_store(staged, interaction),
        *says_other_json(staged, interaction.c.data, session),
    ]
    return sa.case(
        (reason.in_([SHARED, SHARED_ID, UNKNOWN]), Fate.FAULT),
        (interaction.c.id.is_(None), Fate.CREATE),
        (sa.or_(*says_other), Fate.UPDATE),
        else_=Fate.UNCHANGED,
    )


def _refuse_unclear(session: Session, lined: sa.Table) -> None:
    """Several unknown external ids at one unknown address: which of them should the new contact bear?"""
    new = sa.and_(lined.c.reason == NEW_CONTACT, lined.c.external_id != BLANK)
    identity = contact_source(lined) + sa.literal("\x1f") + lined.c.external_id
    several = (
        sa.select(lined.c.address)
        .where(new)
        .group_by(lined.c.address)
        .having(sa.func.count(identity.distinct()) > 1)
    )
    session.execute(
        sa.update(lined)
        .where(lined.c.reason == NEW_CONTACT, lined.c.address.in_(several))
        .values(fate=Fate.FAULT, reason=UNCLEAR)
    )
