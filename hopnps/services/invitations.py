"""One contact and one cause -> an invitation with its first mail waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.languages import spoken
from hopnps.models import (
    Address,
    Contact,
    Delivery,
    Interaction,
    Invitation,
    Survey,
    TemplateVersion,
)
from hopnps.services import survey_versions
from hopnps.services.dialects import insert_missing


def find(session: Session, cause: str, address: Address) -> Invitation | None:
    """The invitation that this cause already made for this address."""
    return session.scalar(sa.select(Invitation).filter_by(cause=cause, address_id=address.id))


def create(
    session: Session,
    *,
    cause: str,
    contact: Contact,
    address: Address,
    version: TemplateVersion,
    survey: Survey | None,
    interaction: Interaction | None = None,
    by: str = "",
    expiry_days: int,
    now: datetime,
) -> Invitation:
    """The invitation of this cause; a new one comes with its first mail, due now. Two at once make one."""
    said = survey_versions.pinned(session, survey, now=now) if survey else None
    inserted = session.scalar(
        insert_missing(session, Invitation, [])
        .values(
            cause=cause,
            address_id=address.id,
            contact_id=contact.id,
            interaction_id=interaction.id if interaction else None,
            survey_id=survey.id if survey else None,
            survey_version_id=said.id if said else None,
            template_version_id=version.id,
            language=spoken(contact.language),
            created_by=by,
            created_at=now,
            expires_at=now + timedelta(days=expiry_days),
        )
        .returning(Invitation.id)
    )
    if inserted is not None:
        session.add(Delivery(invitation_id=inserted, due_at=now))
        session.flush()
    invitation = find(session, cause, address)
    assert invitation is not None, "inserted above, or there before"
    return invitation
