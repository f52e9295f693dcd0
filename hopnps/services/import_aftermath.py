"""An import of contacts that was noted -> what happened to its contacts since, for then it cannot be taken back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Campaign, CampaignSkip, Interaction, Invitation, Response, Upload
from hopnps.models.base import Moment
from hopnps.services.contact_fates import contact
from hopnps.services.import_notes import note


def aftermath(session: Session, upload: Upload) -> dict[str, int]:
    """What happened to its contacts since, and to how many of them; of somebody it made anything counts.

    "invited", "answered", "visited" (an order or a ticket), "left_out" of a campaign, "changed"; {} for nothing.
    """
    since = upload.applied_at
    skips = sa.select(CampaignSkip.contact_id, Campaign.launched_at).join(
        Campaign, Campaign.id == CampaignSkip.campaign_id
    )
    events: dict[str, sa.Select] = {
        "invited": sa.select(Invitation.contact_id, Invitation.created_at),
        "answered": sa.select(Response.contact_id, Response.answered_at),
        "visited": sa.select(Interaction.contact_id, Interaction.created_at),
        "left_out": skips,
    }
    found = {kind: _people(session, upload, told, since) for kind, told in events.items()}
    found["changed"] = _changed_again(session, upload)
    return {kind: number for kind, number in found.items() if number}


def _people(session: Session, upload: Upload, told: sa.Select[Any], since: Any) -> int:
    """How many of its contacts stand in `told`, which selects a contact and a moment."""
    person, at = told.selected_columns
    counted = (
        told.with_only_columns(sa.func.count(sa.distinct(person)))
        .join(note, note.c.row_id == person)
        .where(note.c.upload_id == upload.id, sa.or_(note.c.was.is_(sa.null()), at >= since))
    )
    return session.scalar(counted) or 0


def _changed_again(session: Session, upload: Upload) -> int:
    joined = note.join(contact, contact.c.id == note.c.row_id)
    other = contact.c.updated_at != sa.literal(upload.applied_at, Moment)
    counted = sa.select(sa.func.count()).select_from(joined)
    return session.scalar(counted.where(note.c.upload_id == upload.id, other)) or 0
