"""What several rooms ask of answers, as SQL."""

from __future__ import annotations

import sqlalchemy as sa

from hopnps.models import Campaign, Response


def of_campaign(name: str) -> sa.ColumnElement[bool]:
    """The answers of a campaign by its name: one of ours, or one that was imported."""
    ours = sa.select(Campaign.id).where(Campaign.name == name)
    imported = sa.and_(Response.campaign_id.is_(None), Response.campaign_name == name)
    return sa.or_(
        sa.and_(Response.campaign_id.is_not(None), Response.campaign_id.in_(ours)), imported
    )
